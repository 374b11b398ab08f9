import type { Frame } from '../../transport/frame.js';
import { KERNELS_HOLD } from '../../transport/numbered-pings.js';
import type { Wire } from '../../transport/transport.js';
import type { SendResult } from '../api/connection.js';
import type { Liveness, MessageLiveness } from '../api/limits.js';
import type { ConnectionActor } from './connection-actor.js';
import { type SendingConnection, send } from './sending.js';

/** What liveness pings by: a wire, with Pings of RFC 6455, or a heartbeat, with messages. */
export type Pinger = Pick<Wire, 'ping' | 'awaitsPong' | 'unprovenBytes'>;

/** What a heartbeat needs of its connection. */
type BeatingConnection = SendingConnection & Pick<ConnectionActor, 'clock' | 'subscriberThrew'>;

type Done = NonNullable<Parameters<Wire['ping']>[0]>;

/** The first ping that has no answer yet, and who waits for the answer. */
interface Unanswered {
  /** When it was sent, monotonic ms. */
  readonly at: number;
  /** How many bytes were sent before it. */
  readonly bytesOut: number;
  readonly waiting: Done[];
}

/** Pings a peer by messages of the application, and takes its answers out of what it sends. */
export class Heartbeat implements Pinger {
  readonly #connection: BeatingConnection;
  readonly #wire: Wire;
  readonly #liveness: MessageLiveness;
  #unanswered: Unanswered | undefined;
  /** How many sent bytes the peer has read for certain: messages arrive in order. */
  #provenBytes = 0;
  /** Pings that were sent, and answers that came: to the program they are no messages. */
  framesOut = 0;
  framesIn = 0;
  /** The round-trip time of the latest ping that was answered, ms. */
  latencyMs: number | undefined;

  constructor(connection: BeatingConnection, wire: Wire, liveness: MessageLiveness) {
    this.#connection = connection;
    this.#wire = wire;
    this.#liveness = liveness;
  }

  get awaitsPong(): boolean {
    return this.#unanswered !== undefined;
  }

  get unprovenBytes(): number {
    if (this.#unanswered === undefined) return 0;
    return Math.min(this.#unanswered.bytesOut - this.#provenBytes, this.#wire.bufferedBytes + KERNELS_HOLD);
  }

  ping(done?: Done): void {
    const { bytesOut } = this.#wire;
    const result = this.#send();
    if (result === 'closed') return;
    // One that was dropped, for too much waits, has no answer either: a peer that reads nothing is found.
    if (result !== 'dropped') this.framesOut += 1;
    this.#unanswered ??= { at: this.#connection.clock.now(), bytesOut, waiting: [] };
    if (done !== undefined) this.#unanswered.waiting.push(done);
  }

  /** Whether a frame is an answer, which the handler does not get. */
  takes(frame: Frame): boolean {
    if (!this.#isPong(frame)) return false;
    this.framesIn += 1;
    const unanswered = this.#unanswered;
    if (unanswered === undefined) return true;
    this.#unanswered = undefined;
    this.#provenBytes = unanswered.bytesOut;
    const roundTripMs = this.#connection.clock.now() - unanswered.at;
    this.latencyMs = roundTripMs;
    for (const done of unanswered.waiting) done(roundTripMs);
    return true;
  }

  /** Sends a ping. A function of the program that throws ends the connection. */
  #send(): SendResult {
    try {
      return send(this.#connection, this.#liveness.ping());
    } catch (error) {
      this.#connection.subscriberThrew(error);
      return 'closed';
    }
  }

  #isPong(frame: Frame): boolean {
    try {
      const answer: unknown = this.#liveness.isPong(frame);
      // Of an asynchronous function it would be a promise, for every frame.
      return answer === true;
    } catch (error) {
      this.#connection.subscriberThrew(error);
      return false;
    }
  }
}

/** Makes the heartbeat of a connection whose peer is pinged by messages; `undefined` for others. */
export function heartbeatOf(connection: ConnectionActor, wire: Wire): Heartbeat | undefined {
  const { liveness } = connection.parent;
  if (isByMessage(liveness)) connection.lazy.heartbeat = new Heartbeat(connection, wire, liveness);
  return connection.lazyIfMade?.heartbeat;
}

function isByMessage(liveness: Liveness | false): liveness is MessageLiveness {
  return liveness !== false && liveness.ping !== undefined;
}
