import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { msLeft, pingAfterMs } from '../../../src/supervisor/connection/answer-window.js';

const LIVENESS = { pingEveryMs: 30_000, answerWithinMs: 10_000 };

describe('how long a peer that has not answered a Ping still has', () => {
  test.each([
    // since   stalled, longest    heard   unproven   left
    [0, 0, 0, false, 0, 10_000],
    [9_999, 0, 0, false, 0, 1],
    [10_000, 0, 0, false, 0, 0],
    [60_000, 0, 0, false, 0, 0],
    // Time in which this process stood still does not count...
    [10_000, 500, 500, false, 0, 500],
    [10_500, 500, 500, false, 0, 0],
    [70_000, 60_000, 60_000, false, 0, 0],
    // ... if it ran for as long as it was stalled: otherwise a loop that is never on time would lose no peer.
    [20_000, 19_000, 500, false, 0, 500],
    [20_500, 20_400, 500, false, 0, 0],
    // One that is heard has its second Ping.
    [10_000, 0, 0, true, 0, 30_000],
    [40_000, 0, 0, true, 0, 0],
    // What precedes the Ping has to be read first, at 16 bytes a ms.
    [10_000, 0, 0, false, 64 * 1024, 0],
    [10_000, 0, 0, false, 64 * 1024 + 16_000, 1_000],
    [11_000, 0, 0, false, 64 * 1024 + 16_000, 0],
  ])(
    '%d ms after it, %d ms of them stalled (%d at once), heard: %s, %d bytes before it: %d ms',
    (sinceMs, totalMs, longestMs, isHeard, unprovenBytes, left) => {
      expect(msLeft({ sinceMs, stalls: { totalMs, longestMs }, isHeard, unprovenBytes }, LIVENESS)).toBe(left);
    },
  );

  test('is bounded, whatever the pattern of stalls', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(1_000_000), fc.nat(60_000), (sinceMs, totalMs, longestMs) => {
        const left = msLeft({ sinceMs, stalls: { totalMs, longestMs }, isHeard: false, unprovenBytes: 0 }, LIVENESS);
        expect(sinceMs + left).toBeLessThanOrEqual(Math.max(sinceMs, 2 * LIVENESS.answerWithinMs + longestMs));
      }),
    );
  });
});

describe('the next Ping', () => {
  test.each([
    [30_000, 10_000],
    [1_000, 400],
    [20, 10],
    [100, 1_600],
  ])(
    'of pings every %d ms, answered within %d ms, comes so early that rounding makes nothing late',
    (pingEveryMs, answerWithinMs) => {
      const roundedUp = (ms: number) => (ms * 17) / 16 + 1;
      const found = roundedUp(pingAfterMs({ pingEveryMs, answerWithinMs })) + roundedUp(answerWithinMs);
      // Where the answer may take longer than eight intervals, that the interval is halved at the most makes up for
      // less.
      const late = answerWithinMs > 8 * pingEveryMs ? answerWithinMs / 16 + 2 : 0;
      expect(found).toBeLessThanOrEqual(pingEveryMs + answerWithinMs + late);
      expect(pingAfterMs({ pingEveryMs, answerWithinMs })).toBeGreaterThanOrEqual(pingEveryMs / 2);
    },
  );
});
