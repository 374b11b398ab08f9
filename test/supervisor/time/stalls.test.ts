import { describe, expect, test } from 'vitest';
import { Stalls } from '../../../src/supervisor/time/stalls.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';

/** A clock that is moved by hand, with or without a count of how long the loop was busy. */
function someStalls(knowsBusy = false) {
  const clock = createHeapClock();
  let busyMs = 0;
  const stalls = new Stalls({ ...clock, now: clock.now, ...(knowsBusy ? { busyMs: () => busyMs } : {}) });
  return {
    clock,
    stalls,
    busy(ms: number) {
      busyMs += ms;
      clock.advance(ms);
    },
  };
}

describe('a timer that comes late', () => {
  test.each([
    [50, 0],
    [51, 51],
    [4_000, 4_000],
  ])('by %d ms shows a stall of %d ms', (lateMs, foundMs) => {
    const { clock, stalls } = someStalls();
    clock.advance(1_000 + lateMs);
    stalls.turned(clock.now(), 1_000);
    expect(stalls.totalMs(Number.POSITIVE_INFINITY)).toBe(foundMs);
  });

  test('shows the whole stall where the clock knows how long the loop was busy', () => {
    const { clock, stalls, busy } = someStalls(true);
    clock.advance(200);
    busy(4_000);
    clock.advance(10);
    stalls.turned(clock.now(), 1_000);
    expect(stalls.totalMs(Number.POSITIVE_INFINITY)).toBe(4_000);
  });

  test('shows no more than its lateness and a beat, however busy the loop was before', () => {
    const { clock, stalls, busy } = someStalls(true);
    busy(60_000);
    stalls.turned(clock.now(), clock.now() - 100);
    expect(stalls.totalMs(Number.POSITIVE_INFINITY)).toBe(1_200);
  });
});

test('a stall that has just ended counts before its timer has come, and once', () => {
  const { clock, stalls } = someStalls();
  clock.advance(5_000);
  expect(stalls.totalMs(1_000)).toBe(4_000);
  expect(stalls.totalMs(1_000)).toBe(4_000);
  stalls.turned(clock.now(), 1_000);
  expect(stalls.totalMs(Number.POSITIVE_INFINITY)).toBe(4_000);
});

test('a stall is counted once, by whichever path it is found', () => {
  const { clock, stalls } = someStalls();
  clock.advance(5_000);
  stalls.turned(clock.now(), 1_000);
  clock.advance(20);
  stalls.turned(clock.now(), 1_000);
  expect(stalls.totalMs(1_000)).toBe(4_000);
});

test('those since a moment are summed, as far as they lie behind it', () => {
  const { clock, stalls } = someStalls();
  for (const lateMs of [100, 300, 200]) {
    clock.advance(1_000);
    stalls.turned(clock.now(), clock.now() - lateMs);
  }
  expect(stalls.since(0)).toEqual({ totalMs: 600, longestMs: 300 });
  expect(stalls.since(1_000)).toEqual({ totalMs: 500, longestMs: 300 });
  expect(stalls.since(1_900)).toEqual({ totalMs: 300, longestMs: 200 });
  expect(stalls.since(3_000)).toEqual({ totalMs: 0, longestMs: 0 });
});

test('the latest are kept one by one, and all in the sum', () => {
  const { clock, stalls } = someStalls();
  for (let i = 0; i < 1_000; i++) {
    clock.advance(1_000);
    stalls.turned(clock.now(), clock.now() - 100);
  }
  expect(stalls.totalMs(Number.POSITIVE_INFINITY)).toBe(100_000);
  expect(stalls.since(990_000)).toEqual({ totalMs: 1_000, longestMs: 100 });
});
