import type { CloseReport } from '../transport/close-report.js';
import type { Backoff } from './dialer.js';

/**
 * The delay in ms before another attempt: full jitter under an exponential bound. The first redial after an abnormal loss
 * waits at random up to `firstWithinMs`, so that clients that lost one server do not come back at once (RFC 6455 section
 * 7.2.3). What the peer advised is a lower bound, and keeps some jitter on top.
 */
export function delayBefore(attempt: number, backoff: Backoff, random: () => number, report?: CloseReport): number {
  const bound = Math.min(backoff.maxMs, backoff.initialMs * backoff.factor ** (attempt - 1));
  const isFirstAfterLoss = attempt === 1 && report?.openedAt !== undefined && !report.wasClean;
  const delay = random() * (isFirstAfterLoss ? backoff.firstWithinMs : bound);
  return report?.retryAfterMs === undefined ? delay : report.retryAfterMs + random() * Math.min(bound, report.retryAfterMs);
}
