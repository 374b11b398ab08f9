import type { Connection } from '../api/connection.js';
import type { WaitOptions } from '../api/wait-options.js';
import { type Deferred, deferred } from '../time/deferred.js';
import type { Wheel } from '../time/wheel.js';
import { within } from '../time/within.js';

/** The waits for a dialer's next connection. */
export class ConnectedWaiters {
  readonly #wheel: Wheel;
  readonly #waiters = new Set<Deferred<Connection>>();

  constructor(wheel: Wheel) {
    this.#wheel = wheel;
  }

  /**
   * Waits as long as the options allow.
   *
   * @throws {DeadlineError} when `withinMs` has passed; the signal's reason; the error given to `reject`. All by
   *   rejection.
   */
  async next(options: WaitOptions, lateMessage: () => string): Promise<Connection> {
    const waiter = deferred<Connection>();
    this.#waiters.add(waiter);
    try {
      return await within(waiter.promise, options, this.#wheel, lateMessage);
    } finally {
      this.#waiters.delete(waiter);
    }
  }

  resolve(connection: Connection): void {
    for (const waiter of this.#waiters) waiter.resolve(connection);
    this.#waiters.clear();
  }

  reject(error: Error): void {
    for (const waiter of this.#waiters) waiter.reject(error);
    this.#waiters.clear();
  }
}
