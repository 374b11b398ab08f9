import type { Wire } from '../../transport/transport.js';
import type { Clock } from '../api/clock.js';
import type { Limits } from '../api/limits.js';
import { Timer } from '../time/timer.js';
import type { Wheel } from '../time/wheel.js';
import type { ConnectionActor } from './connection-actor.js';

/** Connections that hold less, in bytes, are not counted: most hold something for a moment. */
export const COUNTED_FROM = 16 * 1024;

/** When too much is held, this part of the bound is made free. */
const FREED_SHARE = 0.1;

/** How often the connections are looked at, in ms, and how many times within `frameWithinMs`. */
const LOOK_EVERY_MS = 1000;
const LOOKS = 8;

/** A connection, as far as its holdings go. */
export type Holder = Pick<ConnectionActor, 'isOpen' | 'closeFor'> & {
  readonly wire: Pick<Wire, 'heldBytes' | 'reading' | 'isPaused' | 'discard' | 'end'> | undefined;
  readonly inbox: Pick<ConnectionActor['inbox'], 'heldBytes' | 'drop'>;
  readonly parent: {
    readonly limits: Pick<Limits, 'frameWithinMs'>;
    readonly services: { readonly holdings: Holdings };
  };
};

/**
 * What all connections of a supervisor hold together: messages that wait for a peer or a handler, and parts of
 * messages. Each connection is entered when it holds much, or a part of a message, and looked at now and then until it
 * no longer does: so the sum is an upper bound, and nothing is counted for each message.
 */
export class Holdings {
  readonly #maxBytes: number;
  readonly #parent: Holdings | undefined;
  readonly #wheel: Wheel;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #timer: Timer;
  readonly #noted = new Map<Holder, number>();
  #totalBytes = 0;
  #lookEveryMs = LOOK_EVERY_MS;

  constructor(maxBytes: number, clock: Pick<Clock, 'now'>, wheel: Wheel, parent: Holdings | undefined) {
    this.#maxBytes = maxBytes;
    this.#parent = parent;
    this.#wheel = wheel;
    this.#clock = clock;
    this.#timer = new Timer(wheel, () => this.#look());
  }

  /** How many bytes are held. */
  get totalBytes(): number {
    this.#count();
    return this.#totalBytes;
  }

  /** A connection holds much, or part of a message has come. */
  note(holder: Holder): void {
    const bytes = bytesOf(holder);
    this.#totalBytes += bytes - (this.#noted.get(holder) ?? 0);
    this.#noted.set(holder, bytes);
    const lookEveryMs = Math.min(this.#lookEveryMs, holder.parent.limits.frameWithinMs / LOOKS);
    if (!this.#timer.isSet || lookEveryMs < this.#lookEveryMs) {
      this.#lookEveryMs = lookEveryMs;
      this.#timer.set(lookEveryMs);
    }
    if (this.#totalBytes > this.#maxBytes) this.#makeRoom();
    this.#parent?.note(holder);
  }

  /** A connection has ended. */
  forget(holder: Holder): void {
    const bytes = this.#noted.get(holder);
    if (bytes === undefined) return;
    this.#noted.delete(holder);
    this.#totalBytes -= bytes;
    this.#parent?.forget(holder);
  }

  /** Closes the connections that hold the most. */
  #makeRoom(): void {
    this.#count();
    if (this.#totalBytes <= this.#maxBytes) return;
    const most = [...this.#noted].sort(([, a], [, b]) => b - a);
    for (const [holder] of most) {
      if (this.#totalBytes <= this.#maxBytes * (1 - FREED_SHARE)) break;
      release(holder);
      this.forget(holder);
    }
  }

  /** Counts again what each connection holds. */
  #count(): void {
    for (const [holder, before] of this.#noted) {
      const bytes = bytesOf(holder);
      this.#totalBytes += bytes - before;
      if (bytes >= COUNTED_FROM || isReceiving(holder)) this.#noted.set(holder, bytes);
      else {
        this.#noted.delete(holder);
        this.#totalBytes -= bytes;
      }
    }
  }

  #look(): void {
    this.#count();
    // Those of child supervisors are looked at there.
    for (const holder of this.#noted.keys())
      if (holder.parent.services.holdings === this && this.#isOverdue(holder))
        holder.closeFor('frame-deadline', 1008, 'message took too long');
    if (this.#noted.size > 0) this.#timer.set(this.#lookEveryMs);
    else this.#lookEveryMs = LOOK_EVERY_MS;
  }

  /** Whether a message has been coming for too long, without the time in which this process stood still. */
  #isOverdue({ isOpen, wire, parent }: Holder): boolean {
    const since = wire?.reading?.partSince ?? 0;
    if (!isOpen || since === 0 || wire?.isPaused === true) return false;
    const { frameWithinMs } = parent.limits;
    const tookMs = this.#clock.now() - since;
    return tookMs >= frameWithinMs && tookMs - this.#wheel.stallsSince(since).totalMs >= frameWithinMs;
  }
}

function bytesOf({ wire, inbox }: Holder): number {
  return (wire?.heldBytes ?? 0) + (wire?.reading?.heldBytes ?? 0) + inbox.heldBytes;
}

function isReceiving({ isOpen, wire }: Holder): boolean {
  return isOpen && (wire?.reading?.partSince ?? 0) !== 0;
}

/**
 * Closes a connection, and frees what it holds. A part of a message is freed only when nothing more is read: then the
 * peer's Close is not seen either.
 */
function release(holder: Holder): void {
  const { wire, inbox } = holder;
  wire?.discard();
  holder.closeFor('memory', 1013, 'too much is buffered');
  inbox.drop();
  if ((wire?.reading?.heldBytes ?? 0) >= COUNTED_FROM) wire?.end();
}
