import { expect, test } from 'vitest';
import { DEFAULT_LIMITS, DEFAULT_LIVENESS } from '../../../src/supervisor/options/options.js';
import { DEFAULT_DIAL_LIMIT } from '../../../src/supervisor/options/resolve-dial-limit.js';
import { resolveSupervise, resolveSupervisor } from '../../../src/supervisor/options/resolve-supervisor.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';

test('without options has the documented defaults', () => {
  expect(resolveSupervisor({})).toEqual({
    id: 'supervisor',
    name: 'supervisor',
    random: Math.random,
    strategy: 'one_for_one',
    intensity: { maxRestarts: 3, withinMs: 5_000 },
    limits: DEFAULT_LIMITS,
    liveness: DEFAULT_LIVENESS,
    dialLimiter: DEFAULT_DIAL_LIMIT,
    keepAlive: true,
    warnWhenFailed: true,
    clock: undefined,
    transport: undefined,
  });
});

test('a child supervisor has the limits, liveness, and dial limit of its parent, and a path for a name', () => {
  const parent = resolveSupervisor({ name: 'service', limits: { maxPayloadBytes: 7 }, liveness: false });
  expect(resolveSupervise({ limits: { maxFragments: 9 } }, parent, () => 'rooms')).toMatchObject({
    id: 'rooms',
    restart: 'permanent',
    shutdown: Number.POSITIVE_INFINITY,
    children: [],
    supervisor: {
      id: 'rooms',
      name: 'service/rooms',
      limits: { maxPayloadBytes: 7, maxFragments: 9 },
      liveness: false,
      dialLimiter: undefined,
    },
  });
});

test.each([
  [{ clock: {} }, 'clock is not an option'],
  [{ keepAlive: false }, 'keepAlive is not an option'],
  [{ warnWhenFailed: false }, 'warnWhenFailed is not an option'],
  [{ children: {} }, 'children is an object; it must be a list'],
  [{ restart: 'always' }, 'restart'],
  [{ shutdown: 0 }, 'shutdown'],
  [{ strategy: 'one_for_two' }, 'strategy'],
])('%j of a child supervisor says what is wrong', (options, says) => {
  expect(() => resolveSupervise(options as never, resolveSupervisor({}), () => 'x')).toThrow(says);
});

test.each<[unknown, string]>([
  [{ clock: { now: () => 0 } }, 'clock has no method setTimeout'],
  [{ transport: { dial: () => {} } }, 'transport has no method listen'],
  [{ clock: { ...createHeapClock(), keepAlive: true } }, 'clock has no method keepAlive'],
  [{ keepAlive: 'no' }, 'keepAlive is "no"; allowed are true and false'],
  [{ warnWhenFailed: 0 }, 'warnWhenFailed is 0; allowed are true and false'],
  [{ keepAlive: null }, 'keepAlive is null; allowed are true and false'],
  [{ signal: {} }, 'signal'],
  [{ name: '' }, 'name'],
  [{ strategy: 'simple_one_for_one' }, 'allowed are one_for_one, one_for_all, rest_for_one'],
  [{ intensity: { maxRestarts: -1 } }, 'intensity.maxRestarts'],
  [{ intensity: { withinMs: 0 } }, 'intensity.withinMs'],
])('%j says what is wrong', (options, says) => {
  expect(() => resolveSupervisor(options as never)).toThrow(says);
});

test.each([1, -0.1, Number.NaN, '0.5', undefined])('a random that returns %j is named by the error', (chance) => {
  const { random } = resolveSupervisor({ random: () => chance as number });
  expect(random).toThrow(/^createSupervisor: random returned .+; it must return numbers from 0 to below 1\.$/);
});

test('a random from 0 to below 1 is passed on', () => {
  const chances = [0, 0.5, 0.999];
  const { random } = resolveSupervisor({ random: () => chances.shift() ?? 1 });
  expect([random(), random(), random()]).toEqual([0, 0.5, 0.999]);
});
