import { broadcast, type Connection, Group, prepare } from '../index.js';
import { type Content, statement, wrap } from './api/envelope.js';
import type { TopicPosition } from './api/position.js';
import { frameOf } from './message.js';

/** A group that says who has left it, by itself or not. */
class Leaving extends Group {
  readonly #left: (connection: Connection<unknown>) => void;

  constructor(left: (connection: Connection<unknown>) => void) {
    super();
    this.#left = left;
  }

  /** Called by a connection that begins to close. */
  override leave(connection: Connection<unknown>): void {
    super.leave(connection);
    this.#left(connection);
  }
}

/** The members of a topic on this node: those that get plain messages, and those that get them in an envelope. */
export class Members {
  readonly #plain: Leaving;
  readonly #enveloped: Leaving;
  readonly #left: (connection: Connection<unknown>) => void;

  constructor(left: (connection: Connection<unknown>) => void) {
    this.#plain = new Leaving(left);
    this.#enveloped = new Leaving(left);
    this.#left = left;
  }

  get size(): number {
    return this.#plain.size + this.#enveloped.size;
  }

  has(connection: Connection<unknown>): boolean {
    return this.#plain.has(connection) || this.#enveloped.has(connection);
  }

  /** @returns `false` if it is not open. @throws {OptionError} for what is no connection. */
  add(connection: Connection<unknown>, inEnvelope: boolean): boolean {
    const [group, other] = inEnvelope ? [this.#enveloped, this.#plain] : [this.#plain, this.#enveloped];
    if (!group.add(connection)) return false;
    other.delete(connection);
    return true;
  }

  delete(connection: Connection<unknown>): boolean {
    if (!this.#plain.delete(connection) && !this.#enveloped.delete(connection)) return false;
    this.#left(connection);
    return true;
  }

  /** Sends a message to all, framed once for each kind of members. Returns how many have not taken it. */
  deliver(content: Content, offset: number | undefined, except: Connection<unknown> | undefined): number {
    let missed = 0;
    if (this.#plain.size > 0) missed += this.#send(this.#plain, frameOf(content), except);
    if (this.#enveloped.size > 0) missed += this.#send(this.#enveloped, enveloped(content, offset), except);
    return missed;
  }

  /** Says where those stand who get positions. */
  state(position: TopicPosition, isComplete: boolean): void {
    if (this.#enveloped.size > 0) broadcast(this.#enveloped, prepare(statement(position, isComplete)));
  }

  #send(group: Leaving, frame: ReturnType<typeof frameOf>, except: Connection<unknown> | undefined): number {
    const { dropped, closed } = broadcast(group, prepare(frame), { except });
    return dropped + closed;
  }
}

/** A message as a member gets it that was added with an envelope. */
export function enveloped(content: Content, offset: number | undefined): ReturnType<typeof frameOf> {
  return offset === undefined ? frameOf(content) : wrap(offset, content);
}
