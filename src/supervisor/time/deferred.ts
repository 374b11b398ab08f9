/** Makes a promise together with the functions that settle it. Node.js has `Promise.withResolvers` only from 22 on. */
export function deferred<T>(): Deferred<T> {
  let resolve: Deferred<T>['resolve'] = () => {};
  let reject: Deferred<T>['reject'] = () => {};
  // The executor runs before the constructor returns, so both are assigned below.
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

/** Like `deferred`, for a promise that never rejects: of many thousands that wait, each is a function lighter. */
export function resolvable<T>(): Resolvable<T> {
  const { promise, resolve } = deferred<T>();
  return { promise, resolve };
}

/** A promise that is fulfilled from outside. Only the first call of `resolve` counts. */
type Resolvable<T> = Omit<Deferred<T>, 'reject'>;

/** A promise that is settled from outside. Only the first call of `resolve` or `reject` counts. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}
