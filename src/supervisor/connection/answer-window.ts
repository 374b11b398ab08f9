import type { Liveness } from '../api/limits.js';
import type { StallsSeen } from '../time/stalls.js';

/** A peer reads this many bytes on their way to it in no time worth counting. */
const FREE_BYTES = 64 * 1024;

/** The slowest that a peer may read, in bytes per ms: it answers a Ping only after it has read what precedes it. */
const SLOWEST_READER = 16;

/** What is known of a peer that has not answered a Ping. Times are in ms. */
export interface Unanswered {
  /** How long ago the first unanswered Ping was sent. */
  readonly sinceMs: number;
  /** Stalls of this process's event loop since then. */
  readonly stalls: StallsSeen;
  /** Whether anything at all has arrived from the peer since then. */
  readonly isHeard: boolean;
  /** How many bytes before that Ping the peer is not known to have read. */
  readonly unprovenBytes: number;
}

/**
 * Returns how long the peer still has to answer, in ms; 0 when it is lost.
 *
 * A silent peer has `answerWithinMs`. A peer that sends other things and only leaves Pings unanswered has `pingEveryMs`
 * more, so it gets a second Ping. Time for which this process stalled does not count, up to the time for which it ran:
 * the excuse is bounded, whatever the pattern of stalls.
 */
export function msLeft(
  { sinceMs, stalls, isHeard, unprovenBytes }: Unanswered,
  { pingEveryMs, answerWithinMs }: Liveness,
): number {
  const readingMs = Math.max(0, unprovenBytes - FREE_BYTES) / SLOWEST_READER;
  const allowedMs = answerWithinMs + (isHeard ? pingEveryMs : 0) + readingMs;
  const excusedMs = Math.min(stalls.totalMs, allowedMs + stalls.longestMs);
  return Math.max(0, allowedMs + excusedMs - sinceMs);
}

/**
 * Returns after how long the next Ping is due, in ms. It is less than `pingEveryMs`, because the wheel rounds deadlines
 * up, and a lost peer has to be found in the time promised.
 */
export function pingAfterMs({ pingEveryMs, answerWithinMs }: Liveness): number {
  return Math.max(pingEveryMs / 2, ((pingEveryMs - answerWithinMs / 16 - 2) * 16) / 17);
}
