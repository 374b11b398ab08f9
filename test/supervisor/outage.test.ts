import { expect, test } from 'vitest';
import { Outage } from '../../src/supervisor/outage.js';

const STABLE_AFTER_MS = 10_000;

/** A dialer started at 1,000 on the monotonic clock. */
const begun = () => new Outage(STABLE_AFTER_MS, 1_000);

/** A connection that was up for so long; `undefined`: it never opened. */
const life = (upMs?: number) => (upMs === undefined ? { endedAt: 900_000 } : { openedAt: 900_000 - upMs, endedAt: 900_000 });

test('begins with the first attempt, and nothing known', () => {
  const outage = begun();
  expect(outage.attempt).toBe(1);
  expect(outage.context(1_500)).toEqual({ refreshed: false, failures: 0, downMs: 500 });
});

test('counts attempts that came to nothing, and connections that were not stable', () => {
  const outage = begun();
  outage.ended(life(), false, 2_000);
  outage.ended(life(STABLE_AFTER_MS - 1), false, 20_000);
  expect([outage.attempt, outage.context(20_000).failures]).toEqual([3, 2]);
});

test('ends with a stable connection: the next one begins with its loss', () => {
  const outage = begun();
  outage.ended(life(), false, 2_000);
  outage.refreshed();
  expect(outage.context(2_000).refreshed).toBe(true);
  outage.ended(life(STABLE_AFTER_MS), false, 30_000);
  expect(outage.attempt).toBe(1);
  expect(outage.context(30_250)).toEqual({ refreshed: false, failures: 0, downMs: 250 });
});

test('the time for which a connection was up is no time down', () => {
  const outage = begun();
  outage.ended(life(9_000), false, 11_000);
  expect(outage.context(11_000).downMs).toBe(1_000);
});

test('a redial that was asked for is no failure', () => {
  const outage = begun();
  outage.ended(life(), false, 2_000);
  outage.ended(life(5), true, 3_000);
  expect(outage.attempt).toBe(2);
});

test('a system clock that was set back meanwhile makes no negative time', () => {
  const outage = begun();
  outage.ended({ openedAt: 100, endedAt: 5_100 }, false, 2_000);
  expect(outage.context(2_000).downMs).toBe(0);
});
