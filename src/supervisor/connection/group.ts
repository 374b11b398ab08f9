import type { Observable } from 'rxjs';
import type { Sendable } from '../../transport/frame.js';
import { isPrepared, prepare } from '../../transport/protocol/prepared.js';
import type { Connection } from '../api/connection.js';
import { checkIterable, isInstance, readOptions, show, wrongOption } from '../options/option-rules.js';
import { ConnectionActor } from './connection-actor.js';
import { enterGroup, leaveGroup } from './joined-groups.js';
import type { Membership } from './membership.js';
import { Occupancy } from './occupancy.js';

/** A set of open connections, such as a room: members leave by themselves when they begin to close. */
export class Group<C extends Connection<unknown> = Connection<unknown>> implements Iterable<C>, Membership {
  readonly #members = new Set<C>();
  #occupancy: Occupancy | undefined;

  get size(): number {
    return this.#members.size;
  }

  has(connection: C): boolean {
    return this.#members.has(connection);
  }

  /**
   * Adds a connection; `false` if it is not open.
   *
   * @throws {OptionError} for a value that is not a connection, and for a connection of another copy of the package,
   * which would not leave by itself.
   */
  add(connection: C): boolean {
    if (!isInstance(connection, ConnectionActor)) {
      throw wrongOption(
        'Group.add: connection',
        `is ${show(connection)}, no connection of this copy of wirekeeper; ` +
          'add connections to a Group of the copy that made them',
      );
    }
    if (!enterGroup(connection, this)) return false;
    this.#members.add(connection);
    this.#occupancy?.changed(connection);
    return true;
  }

  /** Removes a connection; `false` if it was no member. */
  delete(connection: C): boolean {
    if (!isInstance(connection, ConnectionActor) || !this.#members.delete(connection)) return false;
    leaveGroup(connection, this);
    this.#occupancy?.changed(connection);
    return true;
  }

  /** Called by a connection that begins to close. */
  leave(connection: Connection<unknown>): void {
    this.#members.delete(connection as C);
    this.#occupancy?.changed(connection as ConnectionActor & C);
  }

  /**
   * Whether there is a member, as a stream: it emits at the subscription, and then `true` with each first one in and
   * `false` with each last one out, in turn. For what is needed as long as somebody is there, such as a subscription at
   * a broker. It never ends. A subscriber that throws is dropped, and reported as `observer.threw` by the supervisor
   * of the connection that came or left last; before any has, by a warning of Node.js.
   */
  get occupied$(): Observable<boolean> {
    this.#occupancy ??= new Occupancy(() => this.#members.size > 0);
    return this.#occupancy;
  }

  [Symbol.iterator](): IterableIterator<C> {
    return this.#members.values();
  }
}

/** The outcome of a broadcast: how many receivers there were of each kind. */
export interface BroadcastResult {
  /** Receivers that took the message, with those whose `send` returned `backpressure`. */
  readonly taken: number;
  readonly dropped: number;
  readonly closed: number;
}

/**
 * Sends a message to every connection of a group (or any other iterable), framed once. It is synchronous: no later send
 * can overtake it. The slow-peer policy applies to each receiver.
 *
 * @param options `except` is a connection that does not get the message. Default none.
 * @throws {OptionError} if `receivers` cannot be iterated or one of them is no connection, and for data that is no
 * string, bytes, or frame.
 */
export function broadcast(
  receivers: Iterable<Connection<unknown>>,
  data: Sendable,
  options?: { readonly except?: Connection<unknown> | undefined },
): BroadcastResult {
  const except = options === undefined ? undefined : readOptions(options, ['except'], 'broadcast').except;
  checkIterable(receivers, 'broadcast: receivers');
  const prepared = isPrepared(data) ? data : prepare(data);
  let taken = 0;
  let dropped = 0;
  let closed = 0;
  for (const connection of receivers) {
    if (connection === except) continue;
    checkReceiver(connection);
    switch (connection.send(prepared)) {
      case 'dropped':
        dropped += 1;
        break;
      case 'closed':
        closed += 1;
        break;
      default:
        taken += 1;
    }
  }
  return { taken, dropped, closed };
}

function checkReceiver(receiver: unknown): void {
  const hasSend =
    receiver !== null &&
    receiver !== undefined &&
    typeof (receiver as Partial<Connection<unknown>>).send === 'function';
  if (!hasSend)
    throw wrongOption('broadcast: receivers', `contains ${show(receiver)}; every receiver must be a connection`);
}
