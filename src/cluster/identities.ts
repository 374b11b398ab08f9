import { type Connection, Group } from '../index.js';

/** The connections of one identity. */
class Owned extends Group {
  readonly #left: (connection: Connection<unknown>) => void;

  constructor(left: (connection: Connection<unknown>) => void) {
    super();
    this.#left = left;
  }

  override leave(connection: Connection<unknown>): void {
    super.leave(connection);
    this.#left(connection);
  }
}

/** Who is at the other end of the connections of this node. */
export class Identities {
  readonly #groups = new Map<string, Owned>();
  readonly #identities = new Map<Connection<unknown>, string>();

  /** @returns `false` if it is not open. @throws {OptionError} for what is no connection. */
  identify(connection: Connection<unknown>, identity: string): boolean {
    const group = this.#groups.get(identity) ?? new Owned((leaving) => this.#forget(leaving));
    if (!group.add(connection)) return false;
    const before = this.#identities.get(connection);
    if (before !== undefined && before !== identity) {
      this.#groups.get(before)?.delete(connection);
      this.#forget(connection);
    }
    this.#groups.set(identity, group);
    this.#identities.set(connection, identity);
    return true;
  }

  of(connection: Connection<unknown>): string | undefined {
    return this.#identities.get(connection);
  }

  /** Closes the connections of an identity. Returns how many. */
  close(identity: string, code: number, reason: string): number {
    const connections = [...(this.#groups.get(identity) ?? [])];
    for (const connection of connections) connection.close(code, reason);
    return connections.length;
  }

  #forget(connection: Connection<unknown>): void {
    const identity = this.#identities.get(connection);
    this.#identities.delete(connection);
    if (identity !== undefined && this.#groups.get(identity)?.size === 0) this.#groups.delete(identity);
  }
}
