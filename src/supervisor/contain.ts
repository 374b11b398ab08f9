/** Gets what code of the user's threw. */
type OnThrow = (error: unknown) => void;

/**
 * Has what was returned by code of the user's, whose result nobody awaits, rejected to `onThrow`: an async function throws so.
 * May throw what a getter of `then` throws.
 */
export function containRejection(returned: unknown, onThrow: OnThrow): void {
  if (typeof returned === 'object' && returned !== null && 'then' in returned && typeof returned.then === 'function') {
    Promise.resolve(returned).then(undefined, onThrow);
  }
}

/** Calls code of the user's whose result counts for nothing. What it throws, at once or later, comes to `onThrow` and goes no further. */
export function contain(call: () => unknown, onThrow: OnThrow): void {
  try {
    containRejection(call(), onThrow);
  } catch (error) {
    onThrow(error);
  }
}
