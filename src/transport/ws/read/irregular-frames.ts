import { BINARY, MAX_HEADER, TEXT, writeHeader } from '../../protocol/framing.js';
import { GrowingBytes } from '../../protocol/growing-bytes.js';
import { isText } from '../../protocol/payload-rules.js';
import type { WireOptions } from '../../transport.js';
import { notText, tooManyFragments } from '../deflate/inflate-faults.js';
import type { Inflater } from '../deflate/inflater.js';
import { createReceiver, type FrameReceiver } from '../package/ws.js';

/** What comes of irregular frames. */
export interface IrregularSink {
  onMessage(data: Buffer, isBinary: boolean): void;
}

/** A message in fragments. */
interface Fragmented {
  readonly isBinary: boolean;
  readonly bytes: GrowingBytes;
  fragments: number;
}

/**
 * The frames that are not plain and whole. Fragments are put together here, in one piece of memory, since each kept
 * apart costs more than a small one holds; short compressed messages are inflated at once. ws's receiver has the longer
 * ones inflated, and says what is wrong; it is made when there is need of one, and most connections never have.
 */
export class IrregularFrames {
  readonly #sink: IrregularSink;
  readonly #isServer: boolean;
  readonly #options: WireOptions;
  readonly #inflater: Inflater | undefined;
  #receiver: FrameReceiver | undefined;
  #message: Fragmented | undefined;

  constructor(sink: IrregularSink, isServer: boolean, options: WireOptions, inflater: Inflater | undefined) {
    this.#sink = sink;
    this.#isServer = isServer;
    this.#options = options;
    this.#inflater = inflater;
  }

  /**
   * Takes a fragment that is not compressed; returns what is wrong with it.
   *
   * @param first byte of its frame.
   */
  take(payload: Buffer, first: number): Error | undefined {
    const opcode = first & 0x0f;
    this.#message ??= { isBinary: opcode === BINARY, bytes: new GrowingBytes(), fragments: 0 };
    const message = this.#message;
    message.fragments += 1;
    if (message.fragments > this.#options.maxFragments) return tooManyFragments();
    message.bytes.add(payload);
    if (first < 0x80) return undefined;
    this.#message = undefined;
    const data = message.bytes.take();
    if (!message.isBinary && !isText(data)) return notText();
    this.#sink.onMessage(data, message.isBinary);
    return undefined;
  }

  /** Says what is wrong with a frame, where it knows. */
  fault(frame: Buffer): Error | undefined {
    const receiver = this.#openReceiver();
    // What is allowed depends on the fragments before it, as if they were one.
    if (this.#message !== undefined) receiver.write(this.#soFar(this.#message));
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

  /**
   * Takes a frame of a compressed message; `done` comes once it has been inflated, and its message told if it was the
   * last.
   */
  inflate(frame: Buffer, done: (error: Error | undefined) => void): void {
    this.#openReceiver().write(frame, (error) => done(error ?? undefined));
  }

  /** The fragments of a message so far as one fragment of a peer's, masked with zeros where peers mask. */
  #soFar({ isBinary, bytes }: Fragmented): Buffer {
    const header = Buffer.alloc(MAX_HEADER);
    const at = writeHeader(header, 0, isBinary ? BINARY : TEXT, bytes.length, this.#isServer ? 0x80 : 0);
    header[0] = (header[0] as number) & 0x7f;
    return Buffer.concat([header.subarray(0, at + (this.#isServer ? 4 : 0)), bytes.bytes]);
  }

  #openReceiver(): FrameReceiver {
    this.#receiver ??= createReceiver(this.#isServer, this.#options, this.#inflater)
      .on('message', (data, isBinary) => this.#sink.onMessage(data, isBinary))
      // What is wrong was said when it came about; a Writable without an error listener would end the process.
      .on('error', () => {});
    return this.#receiver;
  }
}
