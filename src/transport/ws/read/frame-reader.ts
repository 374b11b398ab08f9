import { frameLength } from '../../protocol/frame-length.js';
import { BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT } from '../../protocol/framing.js';
import { costOf, isClosePayload, isText, RSV1 } from '../../protocol/payload-rules.js';
import type { WireOptions } from '../../transport.js';
import { type Inflater, MAX_BEHIND } from '../deflate/inflater.js';
import { IrregularFrames, type IrregularSink } from './irregular-frames.js';
import { PartialFrame } from './partial-frame.js';
import type { ReaderSink } from './reader-sink.js';
import { ownedSlice, payloadOf, restore } from './shared-page.js';

/** Frames told in one turn of the loop: the sockets of others, and the clock, come between these and the next. */
const FRAMES_PER_TURN = 128;

/**
 * Splits a byte stream into frames (RFC 6455 section 5.2). Plain whole frames, and Pings, Pongs and well-formed Closes
 * with them, are told from here; fragments, compressed frames, and everything faulty are irregular, and given on frame
 * by frame. What follows a compressed frame that is inflated in the background waits until that is done.
 *
 * Payloads are views of the chunks they came in, unmasked in place, or copies of what was lent.
 */
export class FrameReader implements IrregularSink {
  readonly #sink: ReaderSink;
  readonly #isServer: boolean;
  readonly #options: WireOptions;
  readonly #inflater: Inflater | undefined;
  #irregular: IrregularFrames | undefined;
  #partial: PartialFrame | undefined;
  /** What was read but not split yet because the reader is paused or inflates. */
  #rest: Buffer | undefined;
  #isFragmented = false;
  #isCompressed = false;
  #fragmentBytes = 0;
  #isPaused = false;
  #isReading = false;
  #isInflating = false;
  #isYielding = false;
  #isCongested = false;
  #isHurried = false;
  #isDone = false;
  #isStopped = false;
  #onceTold: (() => void)[] | undefined;

  constructor(sink: ReaderSink, isServer: boolean, options: WireOptions, inflater: Inflater | undefined) {
    this.#sink = sink;
    this.#isServer = isServer;
    this.#options = options;
    this.#inflater = inflater;
  }

  /** Whether the beginning of a frame has come and not yet the rest. */
  get isMidFrame(): boolean {
    return this.#partial !== undefined;
  }

  /** Tells nothing more, whatever comes. */
  stop(): void {
    this.#isStopped = this.#isDone = true;
    this.#partial = this.#rest = undefined;
    this.settle();
  }

  /**
   * Calls `done` once everything read has been told; of a stopped reader, once it no longer inflates. At once if it
   * can.
   */
  whenTold(done: () => void): void {
    (this.#onceTold ??= []).push(done);
    this.settle();
  }

  /** Stops telling frames after the one being told. */
  pause(): void {
    this.#isPaused = !this.#isHurried;
  }

  /** Goes on with what was read already. */
  resume(): void {
    this.#isPaused = false;
    if (!this.#isReading) this.goOn();
  }

  /** As `resume`, and pauses no more. */
  hurry(): void {
    this.#isHurried = true;
    this.resume();
  }

  /** Reads what stands before `end` in the read page, or in a buffer that is the reader's from now on. */
  read(bytes: Buffer, end = bytes.length): void {
    if (this.#isDone) return;
    if (this.#isPaused || this.isBusy) {
      this.hold(ownedSlice(bytes, 0, end));
      return;
    }
    this.#isReading = true;
    this.split(bytes, end);
    this.#isReading = false;
  }

  onMessage(data: Buffer, isBinary: boolean): void {
    if (!this.#isStopped) this.#sink.onFrame(data, isBinary);
  }

  private hold(chunk: Buffer): void {
    this.#rest = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    if (this.#isInflating && this.#rest.length >= MAX_BEHIND) this.congest();
  }

  private goOn(): void {
    const rest = this.#rest;
    if (rest !== undefined && !this.#isPaused && !this.isBusy) {
      this.#rest = undefined;
      this.read(rest);
    }
    if (this.#isCongested && (this.#rest === undefined || this.#isDone)) {
      this.#isCongested = false;
      this.#sink.onCongestion(false);
    }
    this.settle();
  }

  private settle(): void {
    const due = this.#onceTold;
    if (due === undefined || this.isBusy || (this.#rest !== undefined && !this.#isDone)) return;
    this.#onceTold = undefined;
    for (const done of due) done();
  }

  /** Whether what was read has to wait, whatever the owner wants. */
  private get isBusy(): boolean {
    return this.#isInflating || this.#isYielding;
  }

  /** Lets others have a turn of the loop. */
  private yield(rest: Buffer): void {
    this.#rest = rest;
    this.#isYielding = true;
    this.congest();
    setImmediate(FrameReader.#goOnAfter, this);
  }

  static #goOnAfter(reader: FrameReader): void {
    reader.#isYielding = false;
    reader.goOn();
  }

  private congest(): void {
    if (this.#isCongested) return;
    this.#isCongested = true;
    this.#sink.onCongestion(true);
  }

  private split(bytes: Buffer, end: number): void {
    let at = 0;
    let told = 0;
    while (!this.#isDone) {
      if (this.#isPaused || this.#isInflating) {
        if (at < end) this.#rest = ownedSlice(bytes, at, end);
        return;
      }
      if (this.#partial !== undefined) {
        at += this.complete(this.#partial, bytes, at, end);
        if (this.#partial !== undefined) return;
        continue;
      }
      const length = this.lengthAt(bytes, at, end);
      if (length < 0) {
        this.fault(ownedSlice(bytes, at, end));
        return;
      }
      if (length === 0 || at + length > end) {
        if (at < end) this.#partial = new PartialFrame(bytes.subarray(at, end), length);
        return;
      }
      this.frame(bytes, at, length);
      told += costOf(bytes[at] as number);
      at += length;
      if (at === end) return;
      if (told >= FRAMES_PER_TURN && !this.isBusy && !this.#isHurried && !this.#isDone) {
        this.yield(ownedSlice(bytes, at, end));
        return;
      }
    }
  }

  /** Adds to the frame that is not whole, and tells it once it is; returns how many bytes it took. */
  private complete(partial: PartialFrame, bytes: Buffer, at: number, end: number): number {
    let taken = 0;
    for (;;) {
      const length = this.lengthAt(partial.bytes, 0, partial.have);
      if (length < 0) {
        this.fault(partial.bytes.subarray(0, partial.have));
        return end - at;
      }
      if (length > 0 && partial.have === length) {
        this.#partial = undefined;
        this.frame(partial.bytes, 0, length);
        return taken;
      }
      const left = end - at - taken;
      if (left === 0) return taken;
      // Until the header is whole, byte by byte: a header is short.
      const wanted = length === 0 ? 1 : Math.min(left, length - partial.have);
      partial.add(bytes, at + taken, wanted, length);
      taken += wanted;
    }
  }

  private lengthAt(bytes: Buffer, at: number, end: number): number {
    const room = this.#options.maxPayloadBytes - this.#fragmentBytes;
    return frameLength(bytes, at, end, this.#isServer, this.#inflater !== undefined, this.#isFragmented, room);
  }

  /** Tells one whole frame. */
  private frame(bytes: Buffer, at: number, length: number): void {
    const first = bytes[at] as number;
    const opcode = first & 0x0f;
    const size = (bytes[at + 1] as number) & 0x7f;
    const from = at + (size < 126 ? 2 : size === 126 ? 4 : 10) + (this.#isServer ? 4 : 0);
    const to = at + length;
    if (opcode < CLOSE && ((first & 0xf0) !== 0x80 || this.#isFragmented)) {
      this.piece(bytes, at, from, to);
      return;
    }
    const data = payloadOf(bytes, from, to, this.#isServer);
    switch (opcode) {
      case BINARY:
        this.#sink.onFrame(data, true);
        return;
      case TEXT:
        if (isText(data)) this.#sink.onFrame(data, false);
        else this.refault(bytes, at, from, to);
        return;
      case PING:
        this.#sink.onPing(data);
        return;
      case PONG:
        this.#sink.onPong(data);
        return;
      default:
        this.close(data, bytes, at, from, to);
    }
  }

  private close(payload: Buffer, bytes: Buffer, at: number, from: number, to: number): void {
    if (!isClosePayload(payload)) {
      this.refault(bytes, at, from, to);
      return;
    }
    this.#isDone = true;
    if (payload.length === 0) this.#sink.onClose(1005, '');
    else this.#sink.onClose(payload.readUInt16BE(0), payload.toString('utf8', 2));
  }

  /** Has ws's receiver say how a frame is faulty whose payload was unmasked before that was seen. */
  private refault(bytes: Buffer, at: number, from: number, to: number): void {
    restore(bytes, from, to, this.#isServer);
    this.fault(ownedSlice(bytes, at, to));
  }

  /** One frame of a message in fragments, or compressed, or both. */
  private piece(bytes: Buffer, at: number, from: number, to: number): void {
    const first = bytes[at] as number;
    const isFirst = (first & 0x0f) !== CONTINUATION;
    if (isFirst) this.#isCompressed = (first & RSV1) !== 0;
    this.#isFragmented = first < 0x80;
    this.#fragmentBytes = this.#isFragmented ? this.#fragmentBytes + to - from : 0;
    if (!this.#isCompressed) {
      this.fail(this.openIrregular().take(payloadOf(bytes, from, to, this.#isServer), first));
      return;
    }
    const frame = ownedSlice(bytes, at, to);
    const told = isFirst && !this.#isFragmented ? this.openIrregular().inflateNow(frame, from - at) : 'later';
    if (told !== 'later') {
      this.fail(told);
      return;
    }
    this.#isInflating = true;
    this.openIrregular().inflate(frame, (error) => {
      this.#isInflating = false;
      this.fail(error);
      this.goOn();
    });
  }

  /** Has ws's receiver say what is wrong. */
  private fault(bytes: Buffer): void {
    this.fail(this.openIrregular().fault(bytes) ?? new Error('a frame breaks the protocol'));
  }

  private fail(error: Error | undefined): void {
    if (error === undefined) return;
    this.#isDone = true;
    this.#partial = this.#rest = undefined;
    if (!this.#isStopped) this.#sink.onFault(error);
  }

  private openIrregular(): IrregularFrames {
    this.#irregular ??= new IrregularFrames(this, this.#isServer, this.#options, this.#inflater);
    return this.#irregular;
  }
}
