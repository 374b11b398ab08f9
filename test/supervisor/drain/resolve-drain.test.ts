import { expect, test } from 'vitest';
import type { DrainOptions } from '../../../src/supervisor/api/drain.js';
import { resolveDrain, resolveStop } from '../../../src/supervisor/drain/resolve-drain.js';
import { CloseFrameError, OptionError } from '../../../src/transport/errors.js';

test('defaults: 1012 over ten seconds, another ten for closing handshakes, advice up to five', () => {
  expect(resolveDrain({})).toEqual({
    notReadyFirstMs: 0,
    finishFirstMs: 0,
    spreadMs: 10_000,
    withinMs: 20_000,
    adviseReconnectMs: 5_000,
    code: 1012,
    reason: '',
    where: undefined,
    share: 1,
    signal: undefined,
    isPartial: false,
  });
});

test('withinMs leaves ten seconds after the last Close unless it is given', () => {
  expect(resolveDrain({ notReadyFirstMs: 1, finishFirstMs: 20, spreadMs: 300 }).withinMs).toBe(10_321);
  expect(resolveDrain({ spreadMs: 300, withinMs: 300 }).withinMs).toBe(300);
  expect(resolveDrain({ withinMs: Number.POSITIVE_INFINITY }).withinMs).toBe(Number.POSITIVE_INFINITY);
});

test.each<[DrainOptions, boolean]>([
  [{}, false],
  [{ share: 1 }, true],
  [{ where: () => true }, true],
])('a drain is partial exactly if it picks: %j %s', (options, isPartial) => {
  expect(resolveDrain(options).isPartial).toBe(isPartial);
});

test.each<[DrainOptions, string]>([
  [{ spread: 1 } as DrainOptions, 'drain: spread is not an option; did you mean spreadMs?'],
  [{ spreadMs: -1 }, 'drain: spreadMs is -1'],
  [{ notReadyFirstMs: Number.NaN }, 'drain: notReadyFirstMs is NaN'],
  [{ finishFirstMs: Number.POSITIVE_INFINITY }, 'drain: finishFirstMs is Infinity'],
  [{ adviseReconnectMs: '5' as unknown as number }, 'drain: adviseReconnectMs is "5"'],
  [
    { withinMs: 9_999 },
    'drain: withinMs is 9999; it must be at least notReadyFirstMs + finishFirstMs + spreadMs, which is 10000.',
  ],
  [{ withinMs: 2 ** 31 }, 'drain: withinMs is 2147483648'],
  [{ share: 0 }, 'drain: share is 0; allowed are numbers above 0, up to 1.'],
  [{ share: 1.1 }, 'drain: share is 1.1'],
  [{ where: 'all' as unknown as () => boolean }, 'drain: where is "all"; it must be a function'],
  [{ signal: {} as AbortSignal }, 'drain: signal is an object; it must be an AbortSignal'],
  [
    { notReadyFirstMs: 1, share: 0.5 },
    'drain: notReadyFirstMs is 1; with where or share it must be 0: the supervisor stays ready.',
  ],
])('%j is an OptionError that names what is allowed', (options, message) => {
  expect(() => resolveDrain(options)).toThrow(OptionError);
  expect(() => resolveDrain(options)).toThrow(message);
});

test.each<DrainOptions>([{ code: 1006 }, { code: 1010 }, { reason: 'x'.repeat(124) }])(
  '%j may not be sent',
  (options) => {
    expect(() => resolveDrain(options)).toThrow(CloseFrameError);
  },
);

test('a stop closes with 1001, or with the code and reason given', () => {
  expect(resolveStop({})).toEqual({ code: 1001, reason: '' });
  expect(resolveStop({ code: 1012, reason: 'deploy' })).toEqual({ code: 1012, reason: 'deploy' });
});

test.each<[object, string]>([
  [{ code: 1006 }, 'stop: code 1006 may not be sent'],
  [{ reason: 5 }, 'stop: reason is of type number; it must be a string'],
  [{ withinMs: 5 }, 'stop: withinMs is not an option; allowed are code, reason.'],
])('a stop with %j is refused', (options, says) => {
  expect(() => resolveStop(options)).toThrow(says);
});
