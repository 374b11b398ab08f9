import { DeadlineError } from '../../transport/errors.js';
import type { WaitOptions } from '../api/wait-options.js';
import { Timer } from './timer.js';
import type { Wheel } from './wheel.js';

/**
 * Waits for a promise, but no longer than a signal and a deadline allow. What the promise stands for goes on. A
 * deadline keeps the process alive until it has passed.
 *
 * @throws {DeadlineError} with `lateMessage()` when `withinMs` has passed; the signal's reason when it aborts.
 */
export function within<T>(
  promise: Promise<T>,
  { signal, withinMs }: WaitOptions,
  wheel: Wheel,
  lateMessage: () => string,
): Promise<T> {
  if (signal === undefined && withinMs === undefined) return promise;
  const letGo = withinMs === undefined ? () => {} : wheel.keepAlive.hold();
  return new Promise((resolve, reject) => {
    const leave = () => {
      letGo();
      timer.clear();
      signal?.removeEventListener('abort', onAbort);
    };
    const onAbort = () => {
      leave();
      reject(signal?.reason);
    };
    const timer = new Timer(wheel, () => {
      leave();
      reject(new DeadlineError(lateMessage()));
    });
    timer.set(withinMs ?? Number.POSITIVE_INFINITY);
    if (signal?.aborted === true) onAbort();
    else signal?.addEventListener('abort', onAbort);
    // Even if the wait is over already: otherwise a rejection might be unhandled.
    promise.then(
      (value) => {
        leave();
        resolve(value);
      },
      (error: unknown) => {
        leave();
        reject(error);
      },
    );
  });
}
