import type { Unconfirmed } from '../../close-report.js';
import type { Fate } from '../../wire-fact.js';

/** Somebody who waits for the fate of the first `frames` messages. */
interface Waiter {
  readonly frames: number;
  readonly done: (fate: Fate) => void;
}

/**
 * What became of the data messages of one wire, as counts of messages and payload bytes: taken from the caller, given
 * to the socket, in the kernel's hands, discarded. Messages keep their order, so each is known by its place.
 */
export class Ledger {
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

  /** What is not known to be in the kernel's hands. */
  get unwritten(): Unconfirmed {
    return {
      frames: this.#frames - this.#framesDone + this.#framesLost,
      bytes: this.#bytes - this.#bytesDone + this.#bytesLost,
    };
  }

  /** What was taken and not discarded. */
  get taken(): Unconfirmed {
    return { frames: this.#frames, bytes: this.#bytes };
  }

  /** Payload bytes given to the socket. */
  get bytesGiven(): number {
    return this.#bytesGiven;
  }

  /** What was taken, save what a peer is known to have read. */
  beyond({ frames, bytes }: Unconfirmed): Unconfirmed {
    return { frames: this.#frames + this.#framesLost - frames, bytes: this.#bytes + this.#bytesLost - bytes };
  }

  /** What was discarded: it has never left. */
  get discarded(): Unconfirmed {
    return { frames: this.#framesLost, bytes: this.#bytesLost };
  }

  /** What was taken and not given to the socket yet. */
  get held(): Unconfirmed {
    return { frames: this.#frames - this.#framesGiven, bytes: this.#bytes - this.#bytesGiven };
  }

  /** How far the giving has come: a mark to settle by later. */
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

  /** Everything held is given to the socket. */
  giveHeld(): void {
    this.#framesGiven = this.#frames;
    this.#bytesGiven = this.#bytes;
  }

  /** The kernel has everything up to a mark; without one, everything given. What is known already stays known. */
  settle(frames = this.#framesGiven, bytes = this.#bytesGiven): void {
    if (frames <= this.#framesDone) return;
    this.#framesDone = frames;
    this.#bytesDone = bytes;
    if (this.#waiters !== undefined) this.release((waiter) => waiter.frames <= frames, 'written');
  }

  /** What is held will not be given; returns it. */
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

  /** Nothing is settled any more. */
  end(): void {
    this.release(() => true, 'unknown');
  }

  private release(isDue: (waiter: Waiter) => boolean, fate: Fate): void {
    const waiters = this.#waiters;
    if (waiters === undefined) return;
    const left = waiters.filter((waiter) => !isDue(waiter));
    this.#waiters = left.length === 0 ? undefined : left;
    for (const waiter of waiters) if (isDue(waiter)) waiter.done(fate);
  }
}
