import type { Frame } from '../../transport/frame.js';
import type { WireFact } from '../../transport/wire-fact.js';

/** Where what a wire tells goes. */
export interface IntakeOwner {
  /** A wire's facts are the connection machine's events as they are. */
  dispatch(fact: WireFact): void;
  takeFrame(frame: Frame): void;
  /** No frame comes any more. */
  framesEnded(): void;
}

/**
 * The subscriber of both streams of a wire, to their end. RxJS takes whatever has the members of a Subscriber for one
 * of its own and does not wrap it; this has a field for none of them, where a Subscriber has six, and serves both
 * streams: each connection has one.
 *
 * The streams never error, and say nothing after their completion; that of the facts comes with the last of the frames.
 */
export class WireIntake {
  readonly #owner: IntakeOwner;

  constructor(owner: IntakeOwner) {
    this.#owner = owner;
  }

  next(told: Frame | WireFact): void {
    if ('type' in told) this.#owner.dispatch(told);
    else this.#owner.takeFrame(told);
  }

  error(): void {}

  complete(): void {
    this.#owner.framesEnded();
  }

  get closed(): boolean {
    return false;
  }

  /** RxJS hands over how to leave the stream. */
  add(): void {}

  remove(): void {}

  unsubscribe(): void {}
}
