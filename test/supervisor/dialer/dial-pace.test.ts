import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DialLimit } from '../../../src/supervisor/api/limits.js';
import { DialPace } from '../../../src/supervisor/dialer/dial-pace.js';

/** Starts as soon as the pace allows, with timers that are late by what `lateBy` says; returns when. */
function starts(
  perSecond: number,
  count: number,
  lateBy: (n: number) => number = () => 0,
  windows: DialLimit['windows'] = [],
): number[] {
  const pace = new DialPace(perSecond, windows);
  const at: number[] = [];
  let now = 0;
  while (at.length < count) {
    const delayMs = pace.delay(now);
    if (delayMs > 0) {
      now += delayMs + lateBy(at.length);
      continue;
    }
    pace.started(now);
    at.push(now);
  }
  return at;
}

/** The most starts in any window of this width in ms, its end excluded. */
function mostWithin(windowMs: number, at: readonly number[]): number {
  let most = 0;
  let from = 0;
  for (let to = 0; to < at.length; to += 1) {
    // Sums of fractions are off by a hair.
    while ((at[to] ?? 0) - (at[from] ?? 0) >= windowMs - 1e-6) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

test('the first may start at once', () => {
  expect(new DialPace(1).delay(123)).toBe(0);
});

test.each([1, 3, 10, 99, 200, 1_000, 5_000])('keeps %i a second in every window, and reaches it', (perSecond) => {
  const at = starts(perSecond, 3 * perSecond);
  expect(mostWithin(100, at)).toBeLessThanOrEqual(Math.ceil(perSecond / 10));
  expect(mostWithin(1_000, at)).toBe(perSecond);
});

test('keeps every window however late timers are, and however long there was no dial', () => {
  const lateness = fc.array(
    fc.oneof({ weight: 20, arbitrary: fc.double({ min: 0, max: 3, noNaN: true }) }, fc.integer({ min: 0, max: 2_000 })),
    {
      minLength: 1,
    },
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 400 }), lateness, (perSecond, late) => {
      const at = starts(perSecond, 2 * perSecond + 20, (n) => late[n % late.length] ?? 0);
      expect(mostWithin(100, at)).toBeLessThanOrEqual(Math.ceil(perSecond / 10));
      expect(mostWithin(1_000, at)).toBeLessThanOrEqual(perSecond);
    }),
  );
});

test('does not pay for timers that are a little late', () => {
  const at = starts(1_000, 5_000, () => 1.5);
  expect(at.at(-1)).toBeLessThan(5_000 * 1.05);
});

test('spreads starts evenly, also after a long time without a dial: at most 10 ms of the pace in one burst', () => {
  const pace = new DialPace(200);
  for (const idleUntil of [0, 60_000]) {
    let burst = 0;
    while (pace.delay(idleUntil) === 0) {
      pace.started(idleUntil);
      burst += 1;
    }
    expect(burst).toBe(3);
  }
  expect(mostWithin(20, starts(200, 400))).toBeLessThanOrEqual(6);
});

test('has no limit when it is Infinity', () => {
  expect(starts(Number.POSITIVE_INFINITY, 1_000)).toEqual(Array.from({ length: 1_000 }, () => 0));
});

describe('below one a second, and between whole numbers', () => {
  test.each([
    [0.5, 2_000],
    [0.2, 5_000],
    [1 / 60, 60_000],
  ])('%d a second is one in %i ms', (perSecond, perMs) => {
    const at = starts(perSecond, 5);
    expect(mostWithin(perMs, at)).toBe(1);
    expect(at.at(-1)).toBeCloseTo(4 * perMs, 3);
  });

  test('2.5 a second are kept and reached', () => {
    const at = starts(2.5, 51);
    expect(mostWithin(800, at)).toBe(2);
    expect(at.at(-1)).toBeCloseTo(20_000, -2);
  });
});

describe('windows', () => {
  const HOUR = 3_600_000;

  test('20 an hour may start at the usual pace, and the 21st an hour after the first', () => {
    const at = starts(200, 45, () => 0, [{ count: 20, perMs: HOUR }]);
    expect(at[19]).toBeLessThan(100);
    expect(at[20]).toBe(HOUR);
    expect(mostWithin(HOUR, at)).toBe(20);
  });

  test('each of several holds, however late timers are, with no pace at all', () => {
    const windows = [
      { count: 3, perMs: 1_000 },
      { count: 100, perMs: 60_000 },
    ];
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1 }), (late) => {
        const at = starts(Number.POSITIVE_INFINITY, 350, (n) => late[n % late.length] ?? 0, windows);
        for (const { count, perMs } of windows) expect(mostWithin(perMs, at)).toBeLessThanOrEqual(count);
      }),
    );
    const onTime = starts(Number.POSITIVE_INFINITY, 350, () => 0, windows);
    expect(windows.map(({ perMs }) => mostWithin(perMs, onTime))).toEqual([3, 100]);
  });
});
