import type { RetryPolicy } from '../api/dialer.js';
import { checkFunction, checkNumber, readOptions } from '../options/option-rules.js';

/** How long or how often a dialer tries before it gives up. */
export interface RetryBudget {
  /** Attempts in a row that did not lead to a stable connection. Default `Infinity`. */
  readonly attempts?: number | undefined;
  /**
   * Time in ms without a connection, since the last stable connection was lost or the dialer was started. Default
   * `Infinity`.
   */
  readonly withinMs?: number | undefined;
}

/**
 * Makes a retry policy that follows another one until a budget is spent, and then gives up. Both budgets start again
 * after each stable connection.
 *
 * The policy is asked when an attempt has failed, so `withinMs` does not cut short a wait that has begun.
 *
 * @throws {OptionError} for a policy that is not a function, and for a wrong budget.
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
