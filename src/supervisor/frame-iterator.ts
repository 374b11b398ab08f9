import type { Frame } from '../transport/frame.js';

/** What frames are pulled from. */
export interface PullSource {
  nextFrame(): Promise<IteratorResult<Frame>>;
  /** The consumer has left; frames wait for the next one. */
  detach(): void;
}

/** One `for await` over a connection. */
export class FrameIterator implements AsyncIterableIterator<Frame> {
  readonly #source: PullSource;

  constructor(source: PullSource) {
    this.#source = source;
  }

  next(): Promise<IteratorResult<Frame>> {
    return this.#source.nextFrame();
  }

  return(): Promise<IteratorResult<Frame>> {
    this.#source.detach();
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
