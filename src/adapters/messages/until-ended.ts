import type { Connection } from '../../supervisor/api/connection.js';

/** Stands for the result of something that was not waited for any more. */
export const ENDED: unique symbol = Symbol('ended');

/**
 * Waits for what users have begun about a message, and not for ever: until the connection has ended and its signal has
 * aborted, which leaves time for the messages that came before the peer's Close.
 *
 * One at a time waits. A race against a promise of the connection would add to that promise with each message.
 */
export class UntilEnded {
  readonly #connection: Pick<Connection<unknown>, 'closed' | 'signal'>;
  #isWatching = false;
  #isOver = false;
  #giveUp = (): void => {};

  constructor(connection: Pick<Connection<unknown>, 'closed' | 'signal'>) {
    this.#connection = connection;
  }

  /** Returns the result of a promise, or `ENDED`; rejects as the promise does. */
  wait<T>(promise: PromiseLike<T>): Promise<T | typeof ENDED> {
    this.#watch();
    return new Promise((resolve, reject) => {
      this.#giveUp = () => resolve(ENDED);
      promise.then(resolve, reject);
      if (this.#isOver) this.#giveUp();
    });
  }

  #watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    void this.#connection.closed.then(() => {
      const { signal } = this.#connection;
      if (signal.aborted) this.#end();
      else signal.addEventListener('abort', () => this.#end(), { once: true });
    });
  }

  #end(): void {
    this.#isOver = true;
    this.#giveUp();
  }
}
