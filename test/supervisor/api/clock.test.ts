import { expect, test } from 'vitest';
import { systemClock } from '../../../src/supervisor/api/clock.js';

test('the system clock calls after the time, does not keep the process alive, and can be cleared', async () => {
  const timer = systemClock.setTimeout(() => {}, 60_000) as NodeJS.Timeout;
  expect(timer.hasRef()).toBe(false);
  systemClock.clearTimeout(timer);
  await new Promise<void>((resolve) => {
    const alive = setInterval(() => {}, 1000);
    systemClock.setTimeout(() => {
      clearInterval(alive);
      resolve();
    }, 1);
  });
});

test('the system clock is monotonic, and knows the time on the wall', () => {
  const before = systemClock.now();
  expect(systemClock.now()).toBeGreaterThanOrEqual(before);
  expect(Math.abs(systemClock.wallNow() - Date.now())).toBeLessThan(1000);
});
