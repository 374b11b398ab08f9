import type { CloseReport, CloseTrigger } from '../../transport/close-report.js';
import { containRejection } from '../../transport/contain.js';
import type { Backoff, RetryContext, RetryPolicy, RetryVerdict } from '../api/dialer.js';
import type { Restart } from '../api/restart.js';
import { show, wrongOption } from '../options/option-rules.js';
import { delayBefore } from '../time/backoff.js';

/** What an ending calls for. */
export type RedialPlan =
  /** Wait, then dial anew, maybe with a fresh credential. `stuck`: the policy would have given up. */
  | { readonly verdict: 'retry' | 'refresh' | 'stuck'; readonly delayMs: number }
  | { readonly verdict: 'stop' }
  /** The handler had returned, or the user has closed the connection. */
  | { readonly verdict: 'finished' }
  /** The handler had thrown, or the retry policy did. */
  | { readonly verdict: 'crashed'; readonly error: unknown };

/**
 * Whether an ending that began so has decided by itself what becomes of the dialer: its handler has returned or thrown,
 * or the user has closed the connection. Neither the policy nor `redial` is asked then.
 */
export function isDecisive(trigger: CloseTrigger | undefined): boolean {
  return trigger === 'handler-threw' || trigger === 'handler-returned' || trigger === 'close-called';
}

/** By what the plan is made. */
interface Policies {
  readonly retry: RetryPolicy;
  readonly restart: Restart;
  readonly backoff: Backoff;
}

/**
 * Decides what comes after an ending. Pure, save for the user's policy: chance is an argument.
 *
 * It is drawn from what began the ending. No redial comes before the delay that the peer advised, unless the policy
 * names one of its own.
 *
 * @param random a number from 0 to below 1, as `Math.random` gives.
 */
export function planAfter(
  report: CloseReport,
  context: RetryContext,
  { retry, restart, backoff }: Policies,
  random: () => number,
): RedialPlan {
  if (report.trigger === 'handler-threw') return { verdict: 'crashed', error: report.handlerError };
  if (isDecisive(report.trigger)) return { verdict: 'finished' };
  const attempt = Math.max(1, context.failures);
  let verdict: RetryVerdict;
  try {
    verdict = checkVerdict(retry(report, attempt, context));
  } catch (error) {
    return { verdict: 'crashed', error };
  }
  if (typeof verdict === 'object') return { verdict: 'retry', delayMs: verdict.afterMs };
  const delayMs = delayBefore(attempt, backoff, random, report);
  if (verdict !== 'stop') return { verdict, delayMs };
  return restart === 'permanent' ? { verdict: 'stuck', delayMs: Math.max(delayMs, backoff.maxMs) } : { verdict };
}

/** @throws {OptionError} for what is no verdict: a promise, say, or a delay that is no number. */
function checkVerdict(verdict: RetryVerdict): RetryVerdict {
  // One that is async may reject as well.
  containRejection(verdict, () => {});
  if (verdict === 'retry' || verdict === 'refresh' || verdict === 'stop') return verdict;
  if (typeof verdict === 'object' && verdict !== null) {
    const { afterMs } = verdict;
    if (typeof afterMs === 'number' && afterMs >= 0) return { afterMs };
  }
  throw wrongOption(
    'dial: retry',
    `returned ${shownVerdict(verdict)}; ` +
      'allowed are "retry", "refresh", "stop", and { afterMs } with a number of ms from 0 on',
  );
}

/** Shows the delay that an object has: that alone can be wrong in it. */
function shownVerdict(verdict: unknown): string {
  const isObject = typeof verdict === 'object' && verdict !== null && 'afterMs' in verdict;
  return isObject ? `{ afterMs: ${show(verdict.afterMs)} }` : show(verdict);
}
