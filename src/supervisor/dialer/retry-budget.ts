import type { RetryPolicy } from '../api/dialer.js';
import { checkNumber, readOptions } from '../options/option-rules.js';
import { checkFunction } from '../options/resolve-common.js';

/** How much a dialer may try before it gives up. */
export interface RetryBudget {
  /** Attempts in a row that did not lead to a stable connection. Default `Infinity`. */
  readonly attempts?: number | undefined;
  /**
   * Time in ms without a connection since the last stable one was lost, or since the dialer was started. Default
   * `Infinity`.
   */
  readonly withinMs?: number | undefined;
}

/**
 * A retry policy that gives up when a budget is spent, and is another one until then. Both budgets begin anew after
 * each stable connection.
 *
 * It is asked when an attempt has failed: a wait that has begun is not cut short by `withinMs`.
 *
 * @throws {OptionError} for a policy that is no function, and for a wrong budget.
 */
export function limitRetries(retry: RetryPolicy, budget: RetryBudget): RetryPolicy {
  checkFunction(retry, 'limitRetries: retry');
  const { attempts = Number.POSITIVE_INFINITY, withinMs = Number.POSITIVE_INFINITY } = readOptions(
    budget,
    ['attempts', 'withinMs'],
    'limitRetries',
  );
  const most = Number.POSITIVE_INFINITY;
  checkNumber(
    attempts,
    { least: 1, most, isWhole: true, allowed: 'whole numbers from 1 on, and Infinity' },
    'limitRetries: attempts',
  );
  checkNumber(
    withinMs,
    { least: 0, most, isWhole: false, isAbove: true, allowed: 'numbers of ms above 0, and Infinity' },
    'limitRetries: withinMs',
  );
  return (report, attempt, context) => {
    const isSpent = context.failures >= attempts || context.downMs >= withinMs;
    return isSpent ? 'stop' : retry(report, attempt, context);
  };
}
