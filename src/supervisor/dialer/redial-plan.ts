import type { CloseReport, CloseTrigger } from '../../transport/close-report.js';
import { containRejection } from '../../transport/contain.js';
import type { Backoff, RetryContext, RetryPolicy, RetryVerdict } from '../api/dialer.js';
import type { Restart } from '../api/restart.js';
import { show, wrongOption } from '../options/option-rules.js';
import { delayBefore } from '../time/backoff.js';

/** What happens after a connection has ended. */
export type RedialPlan =
  /** Wait, then dial again, for `refresh` with a fresh credential. `stuck`: the policy would have given up. */
  | { readonly verdict: 'retry' | 'refresh' | 'stuck'; readonly delayMs: number }
  | { readonly verdict: 'stop' }
  /** The handler had returned, or the user has closed the connection. */
  | { readonly verdict: 'finished' }
  /** The handler had thrown, or the retry policy did. */
  | { readonly verdict: 'crashed'; readonly error: unknown };

/**
 * Whether an ending with this trigger decides by itself what becomes of the dialer: the handler has returned or thrown,
 * or the user has closed the connection. Then the retry policy is not asked, and `redial` does nothing.
 */
export function isDecisive(trigger: CloseTrigger | undefined): boolean {
  return trigger === 'handler-threw' || trigger === 'handler-returned' || trigger === 'close-called';
}

/** What the plan depends on. */
interface Policies {
  readonly retry: RetryPolicy;
  readonly restart: Restart;
  readonly backoff: Backoff;
}

/**
 * Decides what happens after a connection has ended. Pure, except for the user's policy: chance is an argument.
 *
 * The plan depends on what began the ending. A redial waits at least as long as the peer advised, unless the policy
 * returns a delay.
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

/**
 * Decides what happens after an attempt beside a connection that is up has failed: that connection stays in any case. A
 * handler that has ended before its connection was ready decides nothing: the attempt is made again. Where the policy
 * gives up, no more attempts are made.
 */
export function planBeside(...[report, context, policies, random]: Parameters<typeof planAfter>): RedialPlan {
  if (isDecisive(report.trigger))
    return { verdict: 'retry', delayMs: delayBefore(Math.max(1, context.failures), policies.backoff, random, report) };
  return planAfter(report, context, { ...policies, restart: 'transient' }, random);
}

/** @throws {OptionError} for anything that is not a verdict, such as a promise, or a delay that is not a number. */
function checkVerdict(verdict: RetryVerdict): RetryVerdict {
  // An async policy may also reject.
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

/** Shows only the delay of an object, since nothing else in it can be wrong. */
function shownVerdict(verdict: unknown): string {
  const isObject = typeof verdict === 'object' && verdict !== null && 'afterMs' in verdict;
  return isObject ? `{ afterMs: ${show(verdict.afterMs)} }` : show(verdict);
}
