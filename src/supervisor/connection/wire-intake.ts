import type { Frame } from '../../transport/frame.js';
import type { Wire } from '../../transport/transport.js';
import type { WireFact } from '../../transport/wire-fact.js';
import type { ConnectionActor } from './connection-actor.js';
import type { Heartbeat } from './heartbeat.js';
import { allowanceSpent } from './throttle.js';

/**
 * Has a connection receive the facts and frames of its wire.
 *
 * @param heartbeat takes its answers out of the frames.
 */
export function receiveFrom(wire: Wire, connection: ConnectionActor, heartbeat?: Pick<Heartbeat, 'takes'>): void {
  const intake = heartbeat === undefined ? new WireIntake(connection) : new BeatingIntake(connection, heartbeat);
  wire.facts$.subscribe(intake);
  wire.frames$.subscribe(intake);
}

/**
 * Subscribes to both streams of a wire, to their end. The facts of a wire's life are events of the connection machine
 * as they are; its frames go to the inbox.
 *
 * RxJS takes an object that has the members of a Subscriber for a Subscriber, and does not wrap it. A Subscriber has
 * six fields and serves one stream; this one has one field and serves two, and each connection has one.
 *
 * The streams never error, and emit nothing after their completion; the facts complete with the last of the frames.
 */
export class WireIntake {
  readonly #receiver: ConnectionActor;

  constructor(receiver: ConnectionActor) {
    this.#receiver = receiver;
  }

  next(received: Frame | WireFact): void {
    if (!('type' in received)) this.#receiver.inbox.take(received);
    else if (received.type === 'wire.part-read') this.#receiver.parent.services.holdings.note(this.#receiver);
    else if (received.type === 'wire.allowance-spent') allowanceSpent(this.#receiver, received.of);
    else this.#receiver.dispatch(received);
  }

  error(): void {}

  complete(): void {
    this.#receiver.inbox.end();
  }

  get closed(): boolean {
    return false;
  }

  /** RxJS hands over how to leave the stream. */
  add(): void {}

  remove(): void {}

  unsubscribe(): void {}
}

/** The intake of a connection whose peer answers pings by messages. */
class BeatingIntake extends WireIntake {
  readonly #heartbeat: Pick<Heartbeat, 'takes'>;

  constructor(receiver: ConnectionActor, heartbeat: Pick<Heartbeat, 'takes'>) {
    super(receiver);
    this.#heartbeat = heartbeat;
  }

  override next(received: Frame | WireFact): void {
    if ('type' in received || !this.#heartbeat.takes(received)) super.next(received);
  }
}
