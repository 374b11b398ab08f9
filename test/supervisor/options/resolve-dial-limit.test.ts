import { expect, test } from 'vitest';
import type { DialLimit } from '../../../src/supervisor/api/limits.js';
import { DEFAULT_DIAL_LIMIT, resolveDialLimit } from '../../../src/supervisor/options/resolve-dial-limit.js';
import { OptionError } from '../../../src/transport/errors.js';

test.each<Partial<DialLimit> | undefined>([
  undefined,
  {},
  { inFlight: 1 },
  { perSecond: 1 },
  { perSecond: 0.2 },
  { windows: [{ count: 20, perMs: 3_600_000 }] },
  { inFlight: Number.POSITIVE_INFINITY, perSecond: Number.POSITIVE_INFINITY },
])('may be %o, laid over its defaults', (given) => {
  expect(resolveDialLimit(given, 'createSupervisor: dialLimiter')).toEqual({ ...DEFAULT_DIAL_LIMIT, ...given });
});

test.each([
  [{ inFlight: 0 }, 'createSupervisor: dialLimiter.inFlight is 0; allowed are whole numbers from 1 on, and Infinity.'],
  [{ perSecond: 0 }, 'createSupervisor: dialLimiter.perSecond is 0; allowed are numbers above 0, and Infinity.'],
  [
    { perMinute: 1 },
    'createSupervisor: dialLimiter.perMinute is not an option; allowed are inFlight, perSecond, windows.',
  ],
  [false, 'createSupervisor: dialLimiter is false; it must be an object.'],
  [{ windows: 20 }, 'createSupervisor: dialLimiter.windows is 20; it must be a list of objects with count and perMs.'],
  [{ windows: [{ count: 20 }] }, 'createSupervisor: dialLimiter.windows[0].perMs is required and must be a number.'],
  [
    { windows: [{ count: 0.5, perMs: 1_000 }] },
    'createSupervisor: dialLimiter.windows[0].count is 0.5; allowed are whole numbers from 1 on.',
  ],
])('refuses %o', (given, sentence) => {
  expect(() => resolveDialLimit(given as Partial<DialLimit>, 'createSupervisor: dialLimiter')).toThrow(
    new OptionError(sentence),
  );
});

test('the defaults cannot be changed', () => {
  expect(Object.isFrozen(DEFAULT_DIAL_LIMIT)).toBe(true);
});
