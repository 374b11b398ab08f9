import { expect, test } from 'vitest';
import { DrainPace } from '../../../src/supervisor/drain/drain-pace.js';
import { scheduleOf } from '../../../src/supervisor/drain/drain-schedule.js';
import { Wheel } from '../../../src/supervisor/time/wheel.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';

function aPace(count: number, spreadMs: number, onClose: (n: number) => void = () => {}) {
  const clock = createHeapClock();
  const wheel = new Wheel(clock, (error) => {
    throw error;
  });
  const closed: { readonly n: number; readonly at: number }[] = [];
  const from = clock.now();
  const schedule = scheduleOf(
    Array.from({ length: count }, (_, n) => n),
    () => false,
    spreadMs,
    Math.random,
  );
  const pace = new DrainPace(schedule, clock, wheel, (n) => {
    closed.push({ n, at: clock.now() - from });
    onClose(n);
  });
  return { clock, wheel, pace, closed, schedule };
}

test('closes each once, in order, with one task on the wheel', () => {
  const { clock, wheel, pace, closed, schedule } = aPace(1_000, 5_000);
  pace.start();
  expect([closed.length, wheel.size, clock.pending]).toEqual([0, 1, 1]);
  clock.advance(2_500);
  expect(closed.length).toBeGreaterThanOrEqual(495);
  expect(closed.length).toBeLessThanOrEqual(501);
  expect(wheel.size).toBe(1);
  clock.advance(2_510);
  expect(closed.map(({ n }) => n)).toEqual(schedule.order);
  expect([wheel.size, clock.pending]).toEqual([0, 0]);
});

test('is even: no tenth of the time sees much more than a tenth of the turns', () => {
  const { clock, pace, closed } = aPace(1_000, 5_000);
  pace.start();
  clock.advance(6_000);
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const turns = closed.filter(({ at }) => at >= tenth * 500 && at < (tenth + 1) * 500).length;
    expect(turns).toBeGreaterThanOrEqual(97);
    expect(turns).toBeLessThanOrEqual(104);
  }
});

test('is never early, and late by no more than a sixteenth of a gap', () => {
  const { clock, pace, closed } = aPace(5, 10_000);
  pace.start();
  clock.advance(20_000);
  expect(closed).toHaveLength(5);
  for (const [index, { at }] of closed.entries()) {
    expect(at).toBeGreaterThanOrEqual(index * 2_000);
    expect(at).toBeLessThanOrEqual(index * 2_000 + 2_000 / 16 + 1);
  }
});

test('closes nothing within start(), and all at once without a spread', () => {
  const { clock, pace, closed } = aPace(100, 0);
  pace.start();
  expect(closed).toEqual([]);
  clock.advance(1);
  expect(closed).toHaveLength(100);
});

test('stops at once, also within a turn', () => {
  const scene = aPace(100, 0, (n) => {
    if (n === scene.schedule.order[9]) scene.pace.stop();
  });
  scene.pace.start();
  scene.clock.advance(1_000);
  expect([scene.closed.length, scene.wheel.size]).toEqual([10, 0]);
});

test('of no connections schedules nothing', () => {
  const { wheel, pace } = aPace(0, 1_000);
  pace.start();
  expect(wheel.size).toBe(0);
});
