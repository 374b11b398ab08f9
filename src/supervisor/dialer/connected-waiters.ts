import type { Connection, WaitOptions } from '../api/connection.js';
import type { Wheel } from '../time/wheel.js';
import { within } from '../time/within.js';

/** Somebody who waits. */
interface Waiter {
  readonly resolve: (connection: Connection) => void;
  readonly reject: (error: Error) => void;
}

/** Those who wait for a dialer's next connection. */
export class ConnectedWaiters {
  readonly #wheel: Wheel;
  readonly #waiters = new Set<Waiter>();

  constructor(wheel: Wheel) {
    this.#wheel = wheel;
  }

  /** Waits as long as the options allow. @throws {DeadlineError}, the signal's reason, or what `reject` was given. */
  async next(options: WaitOptions, lateMessage: () => string): Promise<Connection> {
    let leave = () => {};
    const next = new Promise<Connection>((resolve, reject) => {
      const waiter: Waiter = { resolve, reject };
      this.#waiters.add(waiter);
      leave = () => this.#waiters.delete(waiter);
    });
    try {
      return await within(next, options, this.#wheel, lateMessage);
    } finally {
      leave();
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
