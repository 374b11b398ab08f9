import { expect, test } from 'vitest';
import type { Backoff } from '../../../src/supervisor/api/dialer.js';
import type { ExitReason } from '../../../src/supervisor/api/restart.js';
import { Relapses } from '../../../src/supervisor/time/relapses.js';

const backoff: Backoff = {
  initialMs: 100,
  maxMs: 1_000,
  factor: 2,
  stableAfterMs: 0,
  firstWithinMs: 0,
  maxAdviceMs: 3_600_000,
};

test.each<[(ExitReason | 'stable')[], number]>([
  // exits in a row, and recoveries               delay of the next run in ms
  [[], 0],
  [['abnormal'], 100],
  [['abnormal', 'abnormal'], 200],
  [['abnormal', 'abnormal', 'abnormal', 'abnormal', 'abnormal'], 1_000],
  [['abnormal', 'abnormal', 'stable', 'abnormal'], 100],
  [['normal'], 0],
  [['normal', 'normal'], 100],
  [['normal', 'normal', 'normal'], 200],
  [['normal', 'abnormal'], 200],
  [['normal', 'normal', 'stable', 'normal'], 0],
  [['shutdown'], 0],
  [['shutdown', 'shutdown', 'shutdown'], 0],
])('after %j the next run waits %d ms', (exits, delayMs) => {
  const relapses = new Relapses();
  let now = 0;
  for (const exit of exits) {
    now += 10_000;
    if (exit === 'stable') relapses.recovered();
    else relapses.exited(exit, backoff, now, () => 1);
  }
  expect(relapses.delay(now)).toBe(delayMs);
});

test('who is stopped and started again on behalf of another while it waits waits for the rest of it', () => {
  const relapses = new Relapses();
  relapses.exited('abnormal', backoff, 1_000, () => 1);
  relapses.exited('shutdown', backoff, 1_040, () => 1);
  expect([relapses.delay(1_040), relapses.delay(2_000), relapses.count]).toEqual([60, 0, 1]);
});

test('a user who does not want to wait need not', () => {
  const relapses = new Relapses();
  relapses.exited('abnormal', backoff, 1_000, () => 1);
  relapses.cutShort();
  expect(relapses.delay(1_000)).toBe(0);
});
