import type { ConnectionActor } from '../connection/connection-actor.js';

/** Connections that a dialer has left: they end beside its present one, and its exit waits for them. */
export class Departures {
  readonly #leaving = new Set<ConnectionActor>();
  #done: (() => void) | undefined;

  get size(): number {
    return this.#leaving.size;
  }

  get connections(): Iterable<ConnectionActor> {
    return this.#leaving;
  }

  add(connection: ConnectionActor): void {
    this.#leaving.add(connection);
  }

  /** A connection has ended, whether it was left or not. */
  gone(connection: ConnectionActor): void {
    this.#leaving.delete(connection);
    this.#settle();
  }

  /** Calls back once all are gone: at once, if there are none. */
  whenGone(done: () => void): void {
    this.#done = done;
    this.#settle();
  }

  #settle(): void {
    if (this.#leaving.size > 0) return;
    const done = this.#done;
    this.#done = undefined;
    done?.();
  }
}
