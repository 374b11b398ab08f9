import type { Clock } from '../supervisor/api/clock.js';

/**
 * Waits for a promise no longer than `ms`. What the promise stands for goes on.
 *
 * @throws what `late` returns when the time has passed; what the promise rejects with.
 */
export function waitAtMost<T>(promise: Promise<T>, ms: number, clock: Clock, late: () => unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const letGo = clock.keepAlive?.();
    const timer = clock.setTimeout(() => end(() => reject(late())), ms);
    const end = (settle: () => void) => {
      clock.clearTimeout(timer);
      letGo?.();
      settle();
    };
    promise.then(
      (value) => end(() => resolve(value)),
      (error: unknown) => end(() => reject(error)),
    );
  });
}
