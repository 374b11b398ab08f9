import type { ConnectionActor } from '../connection/connection-actor.js';
import { ReplacedConnections } from './replaced-connections.js';

/** One attempt that was begun, and the connection that it has led to, if it has. */
export interface Attempted {
  readonly connection: ConnectionActor;
  /** Since when the connection is up, monotonic ms; `undefined` while it is not. */
  upSince: number | undefined;
}

/**
 * The connections of one run of a dialer: the present one, in an overlap the one that is to take its place, and those
 * that were replaced.
 */
export class DialerConnections {
  readonly replaced = new ReplacedConnections();
  #present: Attempted | undefined;
  #next: Attempted | undefined;

  /** The present attempt, and its connection, up or not. */
  get present(): Attempted | undefined {
    return this.#present;
  }

  /** The attempt beside the present connection. */
  get next(): Attempted | undefined {
    return this.#next;
  }

  /** Returns `undefined` for a connection that was replaced. */
  of(connection: ConnectionActor): Attempted | undefined {
    return [this.#present, this.#next].find((attempted) => attempted?.connection === connection);
  }

  /** An attempt begins, in an overlap beside the present connection. */
  begin(connection: ConnectionActor, isBeside: boolean): void {
    const attempted: Attempted = { connection, upSince: undefined };
    if (isBeside) this.#next = attempted;
    else this.#present = attempted;
  }

  /** The attempt has led to a connection that is open and ready. */
  up(connection: ConnectionActor, now: number): void {
    const attempted = this.of(connection);
    if (attempted !== undefined) attempted.upSince = now;
  }

  /** The present connection ends beside the others from now on. The attempt beside it takes its place. */
  retirePresent(): void {
    if (this.#present !== undefined) this.replaced.add(this.#present.connection);
    this.#takePlace();
  }

  /** The attempt beside the present connection is given up, and ends by itself. Returns its connection. */
  retireNext(): ConnectionActor | undefined {
    const connection = this.#next?.connection;
    if (connection !== undefined) this.replaced.add(connection);
    this.#next = undefined;
    return connection;
  }

  /** One of them has ended. When it was the present one, the attempt beside it takes its place. */
  ended(attempted: Attempted): void {
    if (attempted === this.#next) this.#next = undefined;
    else this.#takePlace();
  }

  /** All that have not ended. */
  get all(): readonly ConnectionActor[] {
    const both = [this.#next, this.#present].flatMap((attempted) => attempted?.connection ?? []);
    return [...this.replaced.connections, ...both];
  }

  #takePlace(): void {
    this.#present = this.#next;
    this.#next = undefined;
  }
}
