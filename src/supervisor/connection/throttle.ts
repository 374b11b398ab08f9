import { Timer } from '../time/timer.js';
import type { ConnectionActor } from './connection-actor.js';
import { isStopped } from './reading.js';
import { note } from './tap.js';

/** The span that rates are about, in ms. */
const SECOND_MS = 1000;

/** What a throttle needs of its connection. */
type ThrottledConnection = Pick<
  ConnectionActor,
  'id' | 'wire' | 'parent' | 'isOpen' | 'openedNow' | 'closeCause' | 'closeFor' | 'lazyIfMade'
>;

/** Which of the two rates a peer exceeds. */
type Rate = 'messages' | 'bytes';

const LIMIT_OF = { messages: 'maxMessagesPerSecond', bytes: 'maxBytesPerSecond' } as const;

/**
 * Bounds how fast one connection is read. Its wire reports each time that as much was read as is allowed in a second:
 * if the second is not over, nothing is read for the rest of it. It is made for the first such report, so a connection
 * that is slow costs nothing.
 */
export class Throttle {
  /** Whether the socket is paused for the rest of the second. */
  isHolding = false;
  readonly #connection: ThrottledConnection;
  readonly #timer: Timer;
  /** When the present second began, monotonic ms. */
  #secondAt: number;
  /** Since when the peer has been too fast in each second. */
  #tooFastSince: number | undefined;

  constructor(connection: ThrottledConnection) {
    this.#connection = connection;
    this.#timer = new Timer(connection.parent.services.wheel, () => this.#release());
    this.#secondAt = connection.openedNow ?? this.#now();
  }

  /** As much was read as is allowed in a second. */
  spent(of: Rate): void {
    if (this.isHolding) return;
    const now = this.#now();
    const leftMs = this.#secondAt + SECOND_MS - now;
    if (leftMs > 0) this.#hold(of, now, leftMs);
    else {
      this.#tooFastSince = undefined;
      this.#begin(now);
    }
  }

  /** The connection has left `open`: it is read to the peer's Close, unless its speed is what has ended it. */
  closing(): void {
    if (this.#connection.closeCause?.trigger !== 'too-fast') this.#release();
  }

  end(): void {
    this.#timer.clear();
  }

  #hold(of: Rate, now: number, leftMs: number): void {
    const { wire, parent, isOpen } = this.#connection;
    if (!isOpen && this.#connection.closeCause?.trigger !== 'too-fast') {
      this.#begin(now);
      return;
    }
    this.isHolding = true;
    wire?.pause();
    this.#timer.set(leftMs);
    if (!isOpen) return;
    parent.services.totals.throttled += 1;
    note(this.#connection, { type: 'reading.throttled', limit: LIMIT_OF[of] });
    if (this.#tooFastSince === undefined) this.#beginsTooFast(of, now);
    else if (now - this.#tooFastSince >= parent.limits.throttledWithinMs)
      this.#connection.closeFor('too-fast', 1008, `too many ${of}`);
  }

  #beginsTooFast(of: Rate, now: number): void {
    this.#tooFastSince = now;
    const { id, parent } = this.#connection;
    if (parent.services.wants('connection.throttled'))
      parent.services.publish({ type: 'connection.throttled', connectionId: id, limit: LIMIT_OF[of] });
  }

  #release(): void {
    if (!this.isHolding) return;
    this.isHolding = false;
    this.#timer.clear();
    this.#begin(this.#now());
    if (!isStopped(this.#connection)) this.#connection.wire?.resume();
  }

  #begin(now: number): void {
    this.#secondAt = now;
    this.#connection.wire?.reading?.allow();
  }

  #now(): number {
    return this.#connection.parent.services.clock.now();
  }
}

/** The wire of a connection has read as much as is allowed in a second. */
export function allowanceSpent(connection: ConnectionActor, of: Rate): void {
  connection.lazy.throttle ??= new Throttle(connection);
  connection.lazy.throttle.spent(of);
}
