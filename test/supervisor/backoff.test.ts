import fc from 'fast-check';
import { expect, test } from 'vitest';
import { delayBefore } from '../../src/supervisor/backoff.js';
import type { Backoff } from '../../src/supervisor/dialer.js';

const backoff: Backoff = { initialMs: 100, maxMs: 1_000, factor: 3, stableAfterMs: 0, firstWithinMs: 5_000 };

/** The ends of the report that bear on the delay. */
const refused = { wasClean: false };
const lost = { wasClean: false, openedAt: 1 };
const closed = { wasClean: true, openedAt: 1 };

test.each([
  // attempt  report                            random  delay in ms
  [1, undefined, 0.5, 50],
  [2, undefined, 0.5, 150],
  [3, undefined, 0.5, 450],
  [4, undefined, 0.5, 500],
  [1_000_000, undefined, 0.5, 500],
  [1, refused, 0.5, 50],
  [1, closed, 0.5, 50],
  [1, lost, 0.5, 2_500],
  [2, lost, 0.5, 150],
  [1, lost, 0, 0],
  [1, { ...refused, retryAfterMs: 8_123 }, 0, 8_123],
  [1, { ...refused, retryAfterMs: 8_123 }, 0.5, 8_173],
  [3, { ...refused, retryAfterMs: 0 }, 0.5, 450],
  [1, { ...closed, retryAfterMs: 700 }, 0.5, 750],
])('before attempt %d after %j, chance %d: %d ms', (attempt, report, random, delayMs) => {
  expect(delayBefore(attempt, backoff, () => random, report)).toBe(delayMs);
});

test('the first redial after a loss does not wait when told so', () => {
  expect(delayBefore(1, { ...backoff, firstWithinMs: 0 }, () => 0.9, lost)).toBe(0);
});

test('no delay is above its bound, whatever attempt and chance, and none is below what was advised', () => {
  const settings = fc.record({
    initialMs: fc.integer({ min: 1, max: 10_000 }),
    maxMs: fc.integer({ min: 1, max: 100_000 }),
    factor: fc.double({ min: 1, max: 10, noNaN: true }),
    stableAfterMs: fc.constant(0),
    firstWithinMs: fc.integer({ min: 0, max: 10_000 }),
  });
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), settings, chance, fc.nat(1_000_000), (attempt, given, random, retryAfterMs) => {
      const delayMs = delayBefore(attempt, given, () => random, { ...refused, retryAfterMs });
      expect(delayMs).toBeGreaterThanOrEqual(retryAfterMs);
      expect(delayMs).toBeLessThanOrEqual(retryAfterMs + given.maxMs);
    }),
  );
});
