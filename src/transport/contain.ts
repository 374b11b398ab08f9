import { OptionError } from './errors.js';

/** Gets what code of the user's threw. */
type OnThrow = (error: unknown) => void;

/**
 * Has what was returned by code of the user's, whose result nobody awaits, rejected to `onThrow`: an async function throws so.
 * May throw what a getter of `then` throws.
 */
export function containRejection(returned: unknown, onThrow: OnThrow): void {
  if (isThenable(returned)) Promise.resolve(returned).then(undefined, onThrow);
}

/**
 * Refuses a promise from code of the user's that has to answer at once; how it settles counts for nothing.
 *
 * @param what what answered: `listen: origins`.
 * @throws {OptionError} for a promise.
 */
export function checkAtOnce(answer: unknown, what: string): void {
  if (!isThenable(answer)) return;
  Promise.resolve(answer).then(undefined, () => {});
  throw new OptionError(`${what} gave a promise; it must answer at once.`);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as Partial<PromiseLike<unknown>>).then === 'function';
}

/** Calls code of the user's whose result counts for nothing. What it throws, at once or later, comes to `onThrow` and goes no further. */
export function contain(call: () => unknown, onThrow: OnThrow): void {
  try {
    containRejection(call(), onThrow);
  } catch (error) {
    onThrow(error);
  }
}
