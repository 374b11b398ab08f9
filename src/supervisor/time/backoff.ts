import type { CloseReport } from '../../transport/close-report.js';
import type { Backoff } from '../api/dialer.js';

/**
 * How long to wait before dialing again, in ms. Pure: chance is an argument.
 *
 * Full jitter: a random part of `min(maxMs, initialMs * factor^(attempt - 1))`, so that clients that were lost together
 * do not come back together. The first redial after an abnormal loss waits a random part of `firstWithinMs` instead
 * (RFC 6455 section 7.2.3). A delay the peer advised is waited out first, and the random part comes on top: otherwise
 * all whom a `Retry-After` sent away would be back in the same instant.
 *
 * @param attempt attempts in a row that did not lead to a stable connection, from 1.
 * @param random a number from 0 to below 1, as `Math.random` gives.
 * @param report how the last connection ended.
 */
export function delayBefore(attempt: number, backoff: Backoff, random: () => number, report?: Loss): number {
  const isFirstAfterLoss = attempt <= 1 && report?.openedAt !== undefined && !report.wasClean;
  const within = isFirstAfterLoss
    ? backoff.firstWithinMs
    : Math.min(backoff.maxMs, backoff.initialMs * backoff.factor ** Math.max(0, attempt - 1));
  return (report === undefined ? 0 : boundedAdvice(report, backoff)) + random() * within;
}

/**
 * How long a dialer that has crashed, or otherwise exited soon after its start, waits before its next run dials, in ms.
 * Pure: chance is an argument.
 *
 * Half of it is fixed and half random (equal jitter) of `min(maxMs, max(initialMs, firstWithinMs) * factor^(crashes -
 * 1))`. With full jitter several restarts might come close together, and use up the intensity of a supervisor: with the
 * defaults of both one dialer that crashes after each connect never does, since any three of its delays make more than
 * 17 s.
 *
 * @param crashes how many there were in a row, from 1.
 * @param random a number from 0 to below 1, as `Math.random` gives.
 */
export function delayAfterCrash(
  crashes: number,
  { initialMs, firstWithinMs, factor, maxMs }: Backoff,
  random: () => number,
): number {
  const within = Math.min(maxMs, Math.max(initialMs, firstWithinMs) * factor ** (crashes - 1));
  return (within + random() * within) / 2;
}

/** What of a report bears on the delay. */
type Loss = Pick<CloseReport, 'openedAt' | 'wasClean' | 'retryAfterMs'>;

/**
 * The delay that the peer advised, in ms, `maxAdviceMs` at the most: a peer must not put a dialer to sleep for good. 0
 * if it advised none.
 */
function boundedAdvice({ retryAfterMs = 0 }: Loss, { maxAdviceMs }: Backoff): number {
  // Not so for NaN, which a transport of the user's may give.
  return retryAfterMs > 0 ? Math.min(maxAdviceMs, retryAfterMs) : 0;
}
