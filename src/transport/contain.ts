import { wrongOption } from './wrong-option.js';

/** Called with what the user's code threw. */
type OnThrow = (error: unknown) => void;

/**
 * Calls `onThrow` if what the user's code returned is a promise that rejects: nobody else awaits it. May throw what a
 * getter of `then` throws.
 */
export function containRejection(returned: unknown, onThrow: OnThrow): void {
  if (isThenable(returned)) Promise.resolve(returned).then(undefined, onThrow);
}

/**
 * Checks that a function of the user's has returned its result at once. How a promise settles is ignored.
 *
 * @param what the option whose function it is, such as `listen: origins`.
 * @throws {OptionError} for a promise.
 */
export function checkAtOnce(answer: unknown, what: string): void {
  if (!isThenable(answer)) return;
  Promise.resolve(answer).then(undefined, () => {});
  throw wrongOption(what, 'returned a promise; it must return its result at once');
}

/**
 * Checks that none of some values is a promise: nobody would await it. How a promise settles is ignored.
 *
 * @param values the values, each with its name for the message, such as `authenticate: data`.
 * @throws {OptionError} for the first promise.
 */
export function checkSettled(values: readonly (readonly [name: string, value: unknown])[]): void {
  const unsettled = values.filter(([, value]) => isThenableIfRead(value));
  for (const [, value] of unsettled) containRejection(value, () => {});
  for (const [name] of unsettled) throw wrongOption(name, 'is a promise; await it first');
}

/** Like `isThenable`, but false for what cannot be read. */
function isThenableIfRead(value: unknown): boolean {
  try {
    return isThenable(value);
  } catch {
    return false;
  }
}

/** Whether a value is a promise of any kind. May throw what a getter of `then` throws. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as Partial<PromiseLike<unknown>>).then === 'function'
  );
}

/** Calls the user's code and ignores its result. What it throws, at once or later, goes to `onThrow` only. */
export function contain(call: () => unknown, onThrow: OnThrow): void {
  try {
    containRejection(call(), onThrow);
  } catch (error) {
    onThrow(error);
  }
}
