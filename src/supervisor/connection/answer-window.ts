import type { Liveness } from '../api/limits.js';
import type { StallsSeen } from '../time/stalls.js';

/** So many bytes on their way to a peer cost it no time worth mentioning. */
const FREE_BYTES = 64 * 1024;

/**
 * The slowest that a peer may read, in bytes for each ms: a Ping behind a lot of data is answered when that was read.
 */
const SLOWEST_READER = 16;

/** What is known of a peer that has not answered a Ping. Times in ms. */
export interface Unanswered {
  /** How long ago the first Ping without an answer was sent. */
  readonly sinceMs: number;
  /** Stalls of this process's event loop since then. */
  readonly stalls: StallsSeen;
  /** Whether anything at all has come since then. */
  readonly isHeard: boolean;
  /** Bytes before that Ping of which it is not known that the peer has read them. */
  readonly unprovenBytes: number;
}

/**
 * How long the peer still has, in ms; 0 when it is lost.
 *
 * A silent peer has `answerWithinMs`, one that is heard and only leaves Pings unanswered `pingEveryMs` more, and so has
 * its second Ping. Time in which this process stood still does not count, as long as it ran at all for as long as it
 * stood: the excuse is bounded, whatever the pattern of stalls.
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
 * After how long the next Ping is due, in ms: such that rounding up its deadlines makes nothing later than promised.
 */
export function pingAfterMs({ pingEveryMs, answerWithinMs }: Liveness): number {
  return Math.max(pingEveryMs / 2, ((pingEveryMs - answerWithinMs / 16 - 2) * 16) / 17);
}
