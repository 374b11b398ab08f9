import { type InspectOptions, inspect } from 'node:util';
import type { AcceptedConnection } from '../api/connection.js';
import type { ConnectionActor } from '../connection/connection-actor.js';
import type { ConnectionParent } from '../connection/connection-parent.js';

/** The listener whose connections these are. */
interface Owner extends ConnectionParent {
  readonly connectionCount: number;
}

/** A listener's connections, picked from those of its supervisor as they are read: nothing is kept for it. */
export class OwnConnections implements ReadonlyMap<string, AcceptedConnection<unknown>> {
  readonly #owner: Owner;
  readonly #all: ReadonlyMap<string, ConnectionActor>;

  constructor(owner: Owner, all: ReadonlyMap<string, ConnectionActor>) {
    this.#owner = owner;
    this.#all = all;
  }

  get size(): number {
    return this.#owner.connectionCount;
  }

  get(id: string): AcceptedConnection<unknown> | undefined {
    const connection = this.#all.get(id);
    return connection?.parent === this.#owner ? (connection as AcceptedConnection<unknown>) : undefined;
  }

  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  *entries(): Generator<[string, AcceptedConnection<unknown>], undefined> {
    for (const id of this.#all.keys()) {
      const connection = this.get(id);
      if (connection !== undefined) yield [id, connection];
    }
  }

  *keys(): Generator<string, undefined> {
    for (const [id] of this.entries()) yield id;
  }

  *values(): Generator<AcceptedConnection<unknown>, undefined> {
    for (const [, connection] of this.entries()) yield connection;
  }

  [Symbol.iterator](): Generator<[string, AcceptedConnection<unknown>], undefined> {
    return this.entries();
  }

  /** Has `console.log` print the connections, as those of a supervisor. */
  [inspect.custom](depth: number, options: InspectOptions): string {
    return inspect(new Map(this), { ...options, depth });
  }

  forEach(
    callback: (
      connection: AcceptedConnection<unknown>,
      id: string,
      map: ReadonlyMap<string, AcceptedConnection<unknown>>,
    ) => void,
    thisArg?: unknown,
  ): void {
    for (const [id, connection] of this.entries()) callback.call(thisArg, connection, id, this);
  }
}
