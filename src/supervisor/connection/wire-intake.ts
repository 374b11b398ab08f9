import type { Frame } from '../../transport/frame.js';
import type { Wire } from '../../transport/transport.js';
import type { WireFact } from '../../transport/wire-fact.js';
import type { ConnectionActor } from './connection-actor.js';
import type { Heartbeat } from './heartbeat.js';
import type { Inbox } from './inbox.js';

/** What an intake needs of its connection. */
type Receiver = Pick<ConnectionActor, 'dispatch'> & { readonly inbox: Pick<Inbox, 'take' | 'end'> };

/**
 * Has a connection receive the facts and frames of its wire.
 *
 * @param heartbeat takes its answers out of the frames.
 */
export function receiveFrom(wire: Wire, connection: Receiver, heartbeat?: Pick<Heartbeat, 'takes'>): void {
  const intake = heartbeat === undefined ? new WireIntake(connection) : new BeatingIntake(connection, heartbeat);
  wire.facts$.subscribe(intake);
  wire.frames$.subscribe(intake);
}

/**
 * Subscribes to both streams of a wire, to their end. A wire's facts are events of the connection machine as they are;
 * its frames go to the inbox.
 *
 * RxJS takes an object that has the members of a Subscriber for a Subscriber, and does not wrap it. A Subscriber has
 * six fields and serves one stream; this one has one field and serves two, and each connection has one.
 *
 * The streams never error, and emit nothing after their completion; the facts complete with the last of the frames.
 */
export class WireIntake {
  readonly #receiver: Receiver;

  constructor(receiver: Receiver) {
    this.#receiver = receiver;
  }

  next(received: Frame | WireFact): void {
    if ('type' in received) this.#receiver.dispatch(received);
    else this.#receiver.inbox.take(received);
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

  constructor(receiver: Receiver, heartbeat: Pick<Heartbeat, 'takes'>) {
    super(receiver);
    this.#heartbeat = heartbeat;
  }

  override next(received: Frame | WireFact): void {
    if ('type' in received || !this.#heartbeat.takes(received)) super.next(received);
  }
}
