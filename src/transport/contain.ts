import { OptionError } from './errors.js';

/** Gets what code of the user's threw. */
type OnThrow = (error: unknown) => void;

/**
 * Has what was returned by code of the user's, whose result nobody awaits, rejected to `onThrow`: an async function
 * throws so. May throw what a getter of `then` throws.
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

/**
 * Refuses promises where settled values have to stand: nobody awaits them, and how they settle counts for nothing.
 *
 * @param values what is to be looked at, by its name in the message: `authenticate: data`.
 * @throws {OptionError} for the first that is a promise.
 */
export function checkSettled(values: readonly (readonly [name: string, value: unknown])[]): void {
  const unsettled = values.filter(([, value]) => isThenableIfRead(value));
  for (const [, value] of unsettled) containRejection(value, () => {});
  for (const [name] of unsettled) throw new OptionError(`${name} is a promise; it must be awaited.`);
}

/** As `isThenable`; what cannot be read is none. */
function isThenableIfRead(value: unknown): boolean {
  try {
    return isThenable(value);
  } catch {
    return false;
  }
}

/** Whether a value is a promise, of whatever make. May throw what a getter of `then` throws. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as Partial<PromiseLike<unknown>>).then === 'function'
  );
}

/**
 * Calls code of the user's whose result counts for nothing. What it throws, at once or later, comes to `onThrow` and
 * goes no further.
 */
export function contain(call: () => unknown, onThrow: OnThrow): void {
  try {
    containRejection(call(), onThrow);
  } catch (error) {
    onThrow(error);
  }
}
