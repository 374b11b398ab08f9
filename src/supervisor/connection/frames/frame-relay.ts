import type { Subscriber } from 'rxjs';
import type { Frame } from '../../../transport/frame.js';
import { Guarded } from '../../../transport/guarded.js';

/** Holds the frames that arrived before anybody subscribed. */
export interface FrameSource {
  /** Whether the handler waits for the next frame by pulling. */
  readonly isPulled: boolean;
  /** Hands over the frames that were held: somebody has subscribed. */
  pushTo(): void;
  /** Reports a subscription while the handler pulls: frames go to one consumer only. */
  refuseSubscriber(): void;
}

/** `frames$`: the first subscriber gets the frames that were held. */
export class FrameRelay extends Guarded<Frame> {
  readonly #source: FrameSource;
  #isFed = false;

  constructor(source: FrameSource, onThrow: (error: unknown) => void) {
    super(onThrow);
    this.#source = source;
  }

  protected override _subscribe(subscriber: Subscriber<Frame>): () => void {
    if (this.#source.isPulled) {
      this.#source.refuseSubscriber();
      subscriber.complete();
      return () => {};
    }
    const leave = super._subscribe(subscriber);
    if (!this.#isFed) {
      this.#isFed = true;
      this.#source.pushTo();
    }
    return leave;
  }
}
