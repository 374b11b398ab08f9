import type { Subscriber } from 'rxjs';
import type { Frame } from '../../transport/frame.js';
import { Guarded } from '../../transport/guarded.js';

/** What holds the frames that came before anybody subscribed. */
export interface FrameSource {
  /** Whether somebody waits for the next frame by pulling. */
  readonly isPulled: boolean;
  /** Somebody has subscribed: hands over what was held. */
  pushTo(): void;
  /** Frames go to whoever pulls: a subscription beside that is a mistake of the handler's. */
  refuseSubscriber(): void;
}

/** `frames$`: the first subscriber gets what was held. */
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
