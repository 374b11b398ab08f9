import type { WireOptions } from '../transport.js';
import { createReceiver, type Deflate, type FrameReceiver } from './ws.js';

/** What comes of irregular frames. */
export interface IrregularSink {
  onMessage(data: Buffer, isBinary: boolean): void;
}

/**
 * The frames that are not plain and whole, in the hands of ws's receiver: it puts fragments together, inflates, and says
 * what is wrong. The receiver is made when there is need of one; most connections never have.
 */
export class IrregularFrames {
  readonly #sink: IrregularSink;
  readonly #receiver: FrameReceiver;

  constructor(sink: IrregularSink, isServer: boolean, options: WireOptions, deflate: Deflate | undefined) {
    this.#sink = sink;
    this.#receiver = createReceiver(isServer, options, deflate)
      .on('message', (data, isBinary) => this.#sink.onMessage(data, isBinary))
      // What is wrong was said when it came about; a Writable without an error listener would end the process.
      .on('error', () => {});
  }

  /** Takes a whole frame that is not compressed, or a faulty one; returns what is wrong with it. */
  take(frame: Buffer): Error | undefined {
    this.#receiver.write(frame);
    return this.#receiver.errored ?? undefined;
  }

  /** Takes a frame of a compressed message; `done` comes once it has been inflated, and its message told if it was the last. */
  inflate(frame: Buffer, done: (error: Error | undefined) => void): void {
    this.#receiver.write(frame, (error) => done(error ?? undefined));
  }
}
