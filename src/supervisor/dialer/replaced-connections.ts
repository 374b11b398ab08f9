import type { ConnectionActor } from '../connection/connection-actor.js';

/**
 * Connections that a redial has replaced: they end beside the present one of their dialer, whose exit waits for them.
 */
export class ReplacedConnections {
  readonly #connections = new Set<ConnectionActor>();
  #done: (() => void) | undefined;

  get size(): number {
    return this.#connections.size;
  }

  get connections(): Iterable<ConnectionActor> {
    return this.#connections;
  }

  add(connection: ConnectionActor): void {
    this.#connections.add(connection);
  }

  /** A connection has ended, one of these or another. */
  ended(connection: ConnectionActor): void {
    this.#connections.delete(connection);
    this.#settle();
  }

  /** Calls back when all have ended: within this call if there are none. */
  whenAllEnded(done: () => void): void {
    this.#done = done;
    this.#settle();
  }

  #settle(): void {
    if (this.#connections.size > 0) return;
    const done = this.#done;
    this.#done = undefined;
    done?.();
  }
}
