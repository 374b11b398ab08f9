import type { Unconfirmed } from '../../close-report.js';
import type { Fate } from '../../wire-fact.js';

/** Waits for the fate of the first `frames` messages. */
interface Waiter {
  readonly frames: number;
  readonly done: (fate: Fate) => void;
}

/**
 * How far the data messages of one wire have got, as counts of messages and payload bytes: taken from the caller, given
 * to the socket, taken by the kernel, or discarded. Messages keep their order, so a count says which messages are
 * meant.
 */
export class DeliveryCounts {
  /** Taken and not discarded. */
  #frames = 0;
  #bytes = 0;
  #framesGiven = 0;
  #bytesGiven = 0;
  #framesDone = 0;
  #bytesDone = 0;
  #framesLost = 0;
  #bytesLost = 0;
  /** Whether the message taken last was discarded. */
  #isLastLost = false;
  #waiters: Waiter[] | undefined;

  /** Messages that the kernel is not known to have taken, including discarded ones. */
  get unwritten(): Unconfirmed {
    return {
      frames: this.#frames - this.#framesDone + this.#framesLost,
      bytes: this.#bytes - this.#bytesDone + this.#bytesLost,
    };
  }

  /** Messages taken and not discarded. */
  get taken(): Unconfirmed {
    return { frames: this.#frames, bytes: this.#bytes };
  }

  /** Payload bytes taken and not discarded that the kernel is not known to have. */
  get unsettledBytes(): number {
    return this.#bytes - this.#bytesDone;
  }

  /** Payload bytes given to the socket. */
  get bytesGiven(): number {
    return this.#bytesGiven;
  }

  /** All messages taken, including discarded ones, except those that the peer is known to have read. */
  beyond({ frames, bytes }: Unconfirmed): Unconfirmed {
    return { frames: this.#frames + this.#framesLost - frames, bytes: this.#bytes + this.#bytesLost - bytes };
  }

  /** Discarded messages: they were never sent. */
  get discarded(): Unconfirmed {
    return { frames: this.#framesLost, bytes: this.#bytesLost };
  }

  /** Messages taken and not given to the socket yet. */
  get held(): Unconfirmed {
    return { frames: this.#frames - this.#framesGiven, bytes: this.#bytes - this.#bytesGiven };
  }

  /** Held messages except for this number of the last ones. Default: none of them. */
  heldBefore(last: Unconfirmed | undefined): Unconfirmed {
    const { frames, bytes } = this.held;
    return last === undefined ? { frames, bytes } : { frames: frames - last.frames, bytes: bytes - last.bytes };
  }

  /** Messages given to the socket so far, to be passed to `settle` later. */
  get given(): Unconfirmed {
    return { frames: this.#framesGiven, bytes: this.#bytesGiven };
  }

  take(bytes: number): void {
    this.#isLastLost = false;
    this.#frames += 1;
    this.#bytes += bytes;
  }

  give(frames: number, bytes: number): void {
    this.#framesGiven += frames;
    this.#bytesGiven += bytes;
  }

  /** All held messages are given to the socket. */
  giveHeld(): void {
    this.#framesGiven = this.#frames;
    this.#bytesGiven = this.#bytes;
  }

  /** The kernel has taken the first `frames` messages; by default all that were given. Never goes back. */
  settle(frames = this.#framesGiven, bytes = this.#bytesGiven): void {
    if (frames <= this.#framesDone) return;
    this.#framesDone = frames;
    this.#bytesDone = bytes;
    if (this.#waiters !== undefined) this.release((waiter) => waiter.frames <= frames, 'written');
  }

  /** Held messages are discarded; returns their number. */
  discard(): Unconfirmed {
    const { frames, bytes } = this.held;
    this.#frames -= frames;
    this.#bytes -= bytes;
    this.#framesLost += frames;
    this.#bytesLost += bytes;
    this.#isLastLost ||= frames > 0;
    if (frames > 0) this.release((waiter) => waiter.frames > this.#frames, 'discarded');
    return { frames, bytes };
  }

  /** Calls `done` with the fate of the message taken last, once everything taken so far has one. */
  confirm(done: (fate: Fate) => void): void {
    if (this.#isLastLost) done('discarded');
    else if (this.#frames === this.#framesDone) done('written');
    else (this.#waiters ??= []).push({ frames: this.#frames, done });
  }

  /** The fate of the remaining messages will never be known. */
  end(): void {
    this.release(() => true, 'unknown');
  }

  private release(isDue: (waiter: Waiter) => boolean, fate: Fate): void {
    const waiters = this.#waiters;
    if (waiters === undefined) return;
    const remaining = waiters.filter((waiter) => !isDue(waiter));
    this.#waiters = remaining.length === 0 ? undefined : remaining;
    for (const waiter of waiters) if (isDue(waiter)) waiter.done(fate);
  }
}
