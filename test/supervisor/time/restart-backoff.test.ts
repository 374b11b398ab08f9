import { expect, test } from 'vitest';
import type { Backoff } from '../../../src/supervisor/api/dialer.js';
import type { ExitReason } from '../../../src/supervisor/api/restart.js';
import { RestartBackoff } from '../../../src/supervisor/time/restart-backoff.js';

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
  const restarts = new RestartBackoff();
  let now = 0;
  for (const exit of exits) {
    now += 10_000;
    if (exit === 'stable') restarts.recovered();
    else restarts.exited(exit, backoff, now, () => 1);
  }
  expect(restarts.delay(now)).toBe(delayMs);
});

test('a child that is stopped and started again while it waits, because another child failed, waits for the rest of its delay', () => {
  const restarts = new RestartBackoff();
  restarts.exited('abnormal', backoff, 1_000, () => 1);
  restarts.exited('shutdown', backoff, 1_040, () => 1);
  expect([restarts.delay(1_040), restarts.delay(2_000), restarts.count]).toEqual([60, 0, 1]);
});

test('a user can cut the delay short', () => {
  const restarts = new RestartBackoff();
  restarts.exited('abnormal', backoff, 1_000, () => 1);
  restarts.cutShort();
  expect(restarts.delay(1_000)).toBe(0);
});
