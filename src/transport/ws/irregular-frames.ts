import type { WireOptions } from '../transport.js';
import { BINARY } from './framing.js';
import { notText } from './inflate-faults.js';
import type { Inflater } from './inflater.js';
import { isText } from './payload-rules.js';
import { createReceiver, type FrameReceiver } from './ws.js';

/** What comes of irregular frames. */
export interface IrregularSink {
  onMessage(data: Buffer, isBinary: boolean): void;
}

/**
 * The frames that are not plain and whole. Short compressed messages are inflated from here at once; the rest is in the
 * hands of ws's receiver: it puts fragments together, has the longer ones inflated, and says what is wrong. The receiver is
 * made when there is need of one; most connections never have.
 */
export class IrregularFrames {
  readonly #sink: IrregularSink;
  readonly #isServer: boolean;
  readonly #options: WireOptions;
  readonly #inflater: Inflater | undefined;
  #receiver: FrameReceiver | undefined;

  constructor(sink: IrregularSink, isServer: boolean, options: WireOptions, inflater: Inflater | undefined) {
    this.#sink = sink;
    this.#isServer = isServer;
    this.#options = options;
    this.#inflater = inflater;
  }

  /** Takes a whole frame that is not compressed, or a faulty one; returns what is wrong with it. */
  take(frame: Buffer): Error | undefined {
    const receiver = this.#openReceiver();
    receiver.write(frame);
    return receiver.errored ?? undefined;
  }

  /**
   * Takes a whole compressed message, if it can be told in this very call; returns what is wrong with it.
   *
   * @param from where its payload begins.
   */
  inflateNow(frame: Buffer, from: number): Error | 'later' | undefined {
    const data = this.#inflater?.inflateNow(frame, from, this.#isServer);
    if (data === undefined) return 'later';
    if (!Buffer.isBuffer(data)) return data;
    const isBinary = ((frame[0] as number) & 0x0f) === BINARY;
    if (!isBinary && !isText(data)) return notText();
    this.#sink.onMessage(data, isBinary);
    return undefined;
  }

  /** Takes a frame of a compressed message; `done` comes once it has been inflated, and its message told if it was the last. */
  inflate(frame: Buffer, done: (error: Error | undefined) => void): void {
    this.#openReceiver().write(frame, (error) => done(error ?? undefined));
  }

  #openReceiver(): FrameReceiver {
    this.#receiver ??= createReceiver(this.#isServer, this.#options, this.#inflater)
      .on('message', (data, isBinary) => this.#sink.onMessage(data, isBinary))
      // What is wrong was said when it came about; a Writable without an error listener would end the process.
      .on('error', () => {});
    return this.#receiver;
  }
}
