import { BINARY, CONTINUATION, MAX_HEADER, TEXT, writeHeader } from '../../protocol/framing.js';
import { GrowingBytes } from '../../protocol/growing-bytes.js';
import { isText, RSV1, textEnd } from '../../protocol/payload-rules.js';
import type { WireOptions } from '../../transport.js';
import { notText, tooManyFragments } from '../deflate/inflate-faults.js';
import type { Inflater } from '../deflate/inflater.js';
import type { FrameReceiver } from '../package/frame-receiver.js';
import { createReceiver } from '../package/ws.js';
import { ownedSlice, payloadOf } from './shared-page.js';

/** What irregular frames lead to. */
export interface IrregularSink {
  onMessage(data: Buffer, isBinary: boolean): void;
  /** A frame that `take` left to the background is inflated, and its message delivered if it was the last. */
  onInflated(error: Error | undefined): void;
}

/** Fragments of up to this many bytes are copied byte by byte. */
const SHORT_FRAGMENT = 64;

/** A message is in crumbs from this many fragments on, if they hold fewer bytes than this on average. */
const CRUMBS_FROM = 1024;
const CRUMB_BYTES = 16;

/** A message in fragments. */
interface Fragmented {
  readonly isBinary: boolean;
  readonly bytes: GrowingBytes;
  fragments: number;
  /** How many bytes of a text are whole characters. */
  textBytes: number;
}

/**
 * Fragments, compressed frames, and faulty frames. Fragments are joined here in one buffer, since a buffer for each
 * would cost more than a small fragment holds. Short compressed messages are inflated at once. The receiver of ws has
 * the longer ones inflated, and finds what is wrong with a faulty frame. It is made when it is needed: most connections
 * never need it.
 */
export class IrregularFrames {
  readonly #sink: IrregularSink;
  readonly #isServer: boolean;
  readonly #options: WireOptions;
  readonly #inflater: Inflater | undefined;
  #receiver: FrameReceiver | undefined;
  #message: Fragmented | undefined;
  #isFragmented = false;
  #isCompressed = false;
  #fragmentBytes = 0;
  /** Messages in fragments so far. */
  begun = 0;

  constructor(sink: IrregularSink, isServer: boolean, options: WireOptions, inflater: Inflater | undefined) {
    this.#sink = sink;
    this.#isServer = isServer;
    this.#options = options;
    this.#inflater = inflater;
  }

  /** Whether more fragments of a message are to come. */
  get isFragmented(): boolean {
    return this.#isFragmented;
  }

  /** Whether a message is coming in fragments that are many and next to empty. */
  get isInCrumbs(): boolean {
    const message = this.#message;
    if (message === undefined || message.fragments < CRUMBS_FROM) return false;
    return message.bytes.length < message.fragments * CRUMB_BYTES;
  }

  /** Payload bytes of the fragments that have come so far, as they were sent. */
  get fragmentBytes(): number {
    return this.#fragmentBytes;
  }

  /**
   * Takes one frame of a message in fragments, or compressed, or both. Its payload begins at `from` and ends at `to`.
   *
   * @returns what is wrong with it, if it is known now; `later` if it is inflated in the background.
   */
  take(bytes: Buffer, at: number, from: number, to: number): Error | 'later' | undefined {
    const first = bytes[at] as number;
    const isFirst = (first & 0x0f) !== CONTINUATION;
    if (isFirst) this.#isCompressed = (first & RSV1) !== 0;
    this.#isFragmented = first < 0x80;
    if (isFirst && this.#isFragmented) this.begun += 1;
    this.#fragmentBytes = this.#isFragmented ? this.#fragmentBytes + to - from : 0;
    if (!this.#isCompressed) return this.#join(bytes, from, to, first);
    const frame = ownedSlice(bytes, at, to);
    const result = isFirst && !this.#isFragmented ? this.#inflateNow(frame, from - at) : 'later';
    if (result === 'later') this.#openReceiver().write(frame, (error) => this.#sink.onInflated(error ?? undefined));
    return result;
  }

  /** Adds a fragment that is not compressed to its message. @returns what is wrong with it. */
  #join(bytes: Buffer, from: number, to: number, first: number): Error | undefined {
    this.#message ??= { isBinary: (first & 0x0f) === BINARY, bytes: new GrowingBytes(), fragments: 0, textBytes: 0 };
    const message = this.#message;
    message.fragments += 1;
    if (message.fragments > this.#options.maxFragments) return tooManyFragments();
    const before = message.bytes.length;
    const isAscii = this.#add(message, bytes, from, to);
    if (!message.isBinary && !isStillText(message, isAscii && message.textBytes === before)) return notText();
    if (first < 0x80) return undefined;
    this.#message = undefined;
    const data = message.bytes.take();
    if (!message.isBinary && message.textBytes < data.length) return notText();
    this.#sink.onMessage(data, message.isBinary);
    return undefined;
  }

  /** @returns whether what was added is known to be ASCII. */
  #add(message: Fragmented, bytes: Buffer, from: number, to: number): boolean {
    if (to - from <= SHORT_FRAGMENT) return message.bytes.addShort(bytes, from, to, this.#isServer);
    message.bytes.add(payloadOf(bytes, from, to, this.#isServer));
    return false;
  }

  /** What is wrong with a faulty frame; `undefined` if ws finds nothing. */
  faultOf(frame: Buffer): Error | undefined {
    const receiver = this.#openReceiver();
    // What is allowed depends on the fragments before it: they are passed as one.
    if (this.#message !== undefined) receiver.write(this.#soFar(this.#message));
    receiver.write(frame);
    return receiver.errored ?? undefined;
  }

  /** Inflates a whole message, if it is short enough for that. @param from where its payload begins. */
  #inflateNow(frame: Buffer, from: number): Error | 'later' | undefined {
    const data = this.#inflater?.inflateNow(frame, from, this.#isServer);
    if (data === undefined) return 'later';
    if (!Buffer.isBuffer(data)) return data;
    const isBinary = ((frame[0] as number) & 0x0f) === BINARY;
    if (!isBinary && !isText(data)) return notText();
    this.#sink.onMessage(data, isBinary);
    return undefined;
  }

  /** The fragments so far as one fragment, masked with zeros if the peer masks. */
  #soFar({ isBinary, bytes }: Fragmented): Buffer {
    const header = Buffer.alloc(MAX_HEADER);
    const at = writeHeader(header, 0, isBinary ? BINARY : TEXT, bytes.length, this.#isServer ? 0x80 : 0);
    header[0] = (header[0] as number) & 0x7f;
    return Buffer.concat([header.subarray(0, at + (this.#isServer ? 4 : 0)), bytes.bytes]);
  }

  #openReceiver(): FrameReceiver {
    this.#receiver ??= createReceiver(this.#isServer, this.#options, this.#inflater)
      .on('message', (data, isBinary) => this.#sink.onMessage(data, isBinary))
      // `write` has reported the error already; a Writable without an error listener would end the process.
      .on('error', () => {});
    return this.#receiver;
  }
}

/**
 * Looks through what was added to a text. A fault in it is found here (RFC 6455 section 8.1), and not with the last
 * fragment, which may never come.
 *
 * @param isWhole whether it is known that all of it are whole characters.
 * @returns `false` if the text is not UTF-8, whatever follows.
 */
function isStillText(message: Fragmented, isWhole: boolean): boolean {
  const { bytes } = message;
  message.textBytes = isWhole ? bytes.length : textEnd(bytes.bytes, message.textBytes);
  return message.textBytes >= 0;
}
