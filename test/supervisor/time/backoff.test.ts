import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Backoff } from '../../../src/supervisor/api/dialer.js';
import { DEFAULT_BACKOFF } from '../../../src/supervisor/options/options.js';
import { resolveIntensity } from '../../../src/supervisor/options/resolve-child-spec.js';
import { delayAfterCrash, delayBefore } from '../../../src/supervisor/time/backoff.js';

const backoff: Backoff = {
  initialMs: 100,
  maxMs: 1_000,
  factor: 3,
  stableAfterMs: 0,
  firstWithinMs: 5_000,
  maxAdviceMs: 1_000_000,
};

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
  [1, { ...refused, retryAfterMs: 86_400_000 }, 0.5, 1_000_050],
  [1, { ...refused, retryAfterMs: Number.NaN }, 0.5, 50],
  [1, { ...refused, retryAfterMs: -5_000 }, 0.5, 50],
  [1, { ...refused, retryAfterMs: 0.25 }, 0, 0.25],
])('before attempt %d after %j, chance %d: %d ms', (attempt, report, random, delayMs) => {
  expect(delayBefore(attempt, backoff, () => random, report)).toBe(delayMs);
});

test('the first redial after a loss does not wait when the option says so', () => {
  expect(delayBefore(1, { ...backoff, firstWithinMs: 0 }, () => 0.9, lost)).toBe(0);
});

test('no delay is above its bound, whatever attempt and chance, and none is below what was advised', () => {
  const settings = fc.record({
    initialMs: fc.integer({ min: 1, max: 10_000 }),
    maxMs: fc.integer({ min: 1, max: 100_000 }),
    factor: fc.double({ min: 1, max: 10, noNaN: true }),
    stableAfterMs: fc.constant(0),
    firstWithinMs: fc.integer({ min: 0, max: 10_000 }),
    maxAdviceMs: fc.constant(1_000_000),
  });
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      settings,
      chance,
      fc.nat(1_000_000),
      (attempt, given, random, retryAfterMs) => {
        const delayMs = delayBefore(attempt, given, () => random, { ...refused, retryAfterMs });
        expect(delayMs).toBeGreaterThanOrEqual(retryAfterMs);
        expect(delayMs).toBeLessThanOrEqual(retryAfterMs + given.maxMs);
      },
    ),
  );
});

test.each([
  // crashes  backoff                                     random  delay in ms
  [1, { initialMs: 100, firstWithinMs: 0 }, 0, 50],
  [1, { initialMs: 100, firstWithinMs: 0 }, 0.5, 75],
  [2, { initialMs: 100, firstWithinMs: 0 }, 0, 150],
  [3, { initialMs: 100, firstWithinMs: 0 }, 0, 450],
  [4, { initialMs: 100, firstWithinMs: 0 }, 0, 500],
  [1_000_000, { initialMs: 100, firstWithinMs: 0 }, 0, 500],
  [1, { initialMs: 100, firstWithinMs: 800 }, 0, 400],
  [1, { initialMs: 100, firstWithinMs: 5_000 }, 0, 500],
  [2, { initialMs: 100, firstWithinMs: 800, maxMs: 1_000_000 }, 0.5, 1_800],
])('after crash %d in a row with %j, chance %d: %d ms', (crashes, more, random, delayMs) => {
  expect(delayAfterCrash(crashes, { ...backoff, ...more }, () => random)).toBe(delayMs);
});

test('with the defaults no more restarts fall into the intensity of a supervisor than it allows, whatever chance says', () => {
  const { maxRestarts, withinMs } = resolveIntensity(undefined, 'intensity');
  const delays = Array.from({ length: 20 }, (_, crash) => delayAfterCrash(crash + 1, DEFAULT_BACKOFF, () => 0));
  for (let first = 0; first + maxRestarts <= delays.length; first += 1) {
    expect(delays.slice(first, first + maxRestarts).reduce((sum, delay) => sum + delay)).toBeGreaterThan(withinMs);
  }
});
