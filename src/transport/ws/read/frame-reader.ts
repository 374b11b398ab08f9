import { frameLength, headerLength } from '../../protocol/frame-length.js';
import { CLOSE } from '../../protocol/framing.js';
import { PAGE_BYTES } from '../../protocol/pages.js';
import { costOf } from '../../protocol/payload-rules.js';
import type { WireOptions } from '../../transport.js';
import { notText } from '../deflate/inflate-faults.js';
import type { Inflater } from '../deflate/inflater.js';
import { IrregularFrames, type IrregularSink } from './irregular-frames.js';
import { PagedFlow } from './paged-flow.js';
import { PartialFrame } from './partial-frame.js';
import { endRun, keptPayload } from './read-run.js';
import { crumbTurns, type ReadTurns, readTurns } from './read-turns.js';
import type { ReaderSink } from './reader-sink.js';
import { ownedSlice, restored } from './shared-page.js';
import { areUtf8, payloadLength, textsEnd, WHOLE_TEXT } from './text-run.js';
import { deliverWhole } from './whole-frame.js';

const NOTHING = Buffer.alloc(0);

/**
 * Splits a byte stream into frames (RFC 6455 section 5.2). Plain whole frames are delivered from here, with Pings,
 * Pongs, and well-formed Closes; fragments, compressed frames, and everything faulty go through `IrregularFrames`,
 * frame by frame. While a frame is inflated in the background, the bytes after it wait.
 * Payloads are unmasked in place and are views of the chunks they came in; copies of the shared page, and of parts.
 */
export class FrameReader extends PagedFlow implements IrregularSink {
  readonly #isServer: boolean;
  readonly #options: WireOptions;
  readonly #inflater: Inflater | undefined;
  #irregular: IrregularFrames | undefined;
  #partial: PartialFrame | undefined;
  /** How long the last frame was that came in parts. */
  #lastPartial = 0;
  #isStopped = false;

  constructor(sink: ReaderSink, isServer: boolean, options: WireOptions, inflater: Inflater | undefined) {
    super(sink, options.allowance);
    this.#isServer = isServer;
    this.#options = options;
    this.#inflater = inflater;
  }

  /** Whether part of a frame has come. */
  get isMidFrame(): boolean {
    return this.#partial !== undefined;
  }
  override get heldBytes(): number {
    return (this.#partial?.bytes.length ?? 0) + (this.#irregular?.fragmentBytes ?? 0) + (this.rest?.length ?? 0);
  }

  /** Delivers nothing more. */
  stop(): void {
    this.#isStopped = this.isDone = true;
    this.#partial = this.rest = undefined;
    this.closePage(true);
    this.settle();
  }

  /**
   * Takes what bytes that will not last begin with: the beginning or more of a frame of which not all has come. Nobody
   * is called. Masked frames only: others are read to where they belong.
   *
   * @returns how many bytes it has taken; the others are to be read next.
   */
  takeStart(bytes: Buffer, end: number): number {
    if (!this.#isServer || !this.isIdle) return 0;
    const length = this.#partial === undefined ? this.lengthAt(bytes, 0, end) : 0;
    if (this.#partial === undefined && length <= end) return 0;
    const taken = this.#partial?.fillFrom(bytes, 0, end, this) ?? end;
    this.#partial ??= this.begun(bytes, 0, end, length);
    this.arrived(taken);
    return taken;
  }
  /** Reads up to `end`: the shared page, or a buffer that belongs to the reader. */
  read(bytes: Buffer, end = bytes.length): void {
    this.arrived(end);
    if (this.#partial?.isTarget(bytes) === true) {
      this.aimed();
      this.#partial.filled(end);
      this.split(NOTHING, 0, 0);
      return;
    }
    this.split(this.kept(bytes, end), 0, end);
  }
  /**
   * Where the next bytes of the socket belong, unless that is the shared page: if they need no unmasking, and are those
   * of one long frame, or some of many.
   *
   * @param canEndAnywhere whether what does not go into a place that is short comes with the next read.
   */
  nextPlace(canEndAnywhere: boolean): Buffer | undefined {
    if (this.#isServer || this.isDone) return undefined;
    this.closePage();
    const partial = this.mustWait ? undefined : this.#partial;
    const isLong = partial !== undefined && partial.length > PAGE_BYTES;
    return (isLong ? partial.target : undefined) ?? this.takeRoom(canEndAnywhere) ?? partial?.target;
  }
  /** Delivers what there is of `bytes[from..end)`, or as much as it may in this turn. */
  split(bytes: Buffer, from: number, end: number, turns?: ReadTurns): void {
    if (this.isDone) return;
    if (this.mustWait) {
      this.hold(bytes, from, end);
      return;
    }
    this.isReading = true;
    endRun();
    const most = this.isFinishing ? Number.POSITIVE_INFINITY : (turns ?? readTurns).most(turns !== undefined);
    const messages = this.deliver(bytes, from, end, most);
    (turns ?? readTurns).spend(messages);
    if (this.#partial?.mayBeText() === false) this.fail(notText());
    this.isReading = false;
    if (this.isDone) return;
    this.rest?.wasSplit();
    // Fragments belong to one message; any other frame is one.
    const part = this.#irregular?.isFragmented === true ? -this.#irregular.begun : (this.#partial?.number ?? 0);
    this.measured(messages, part, this.sink);
  }
  onMessage(data: Buffer, isBinary: boolean): void {
    if (!this.#isStopped) this.sink.onFrame(data, isBinary);
  }
  onInflated(error: Error | undefined): void {
    this.isBusy = false;
    this.fail(error);
    this.goOn();
  }
  /** Delivers frames up to a cost, or a little more. @returns what they cost. */
  private deliver(bytes: Buffer, from: number, end: number, most: number): number {
    let at = from;
    let cost = 0;
    // Up to here texts are looked through one by one.
    let aloneTo = from;
    while (!this.isDone) {
      if (this.mustWait) {
        if (at < end) this.leave(bytes, at, end);
        return cost;
      }
      if (this.#partial !== undefined) {
        at = this.complete(this.#partial, bytes, at, end);
        if (this.#partial !== undefined) return cost;
        cost += 1;
        continue;
      }
      const textTo = at < aloneTo ? at : this.textsEnd(bytes, at, end, most - cost);
      if (at < textTo && areUtf8(bytes, at, textTo)) {
        for (; at < textTo && cost < most && !this.isDone && !this.mustWait; cost += 1) at = this.text(bytes, at, end);
      } else {
        aloneTo = Math.max(aloneTo, textTo);
        const length = this.lengthAt(bytes, at, end);
        if (length < 0) {
          this.fault(ownedSlice(bytes, at, end));
          return cost;
        }
        if (length === 0 || at + length > end) {
          if (at < end) this.#partial = this.begun(bytes, at, end, length);
          return cost;
        }
        this.frame(bytes, at, length, end);
        cost += costOf(bytes[at] as number);
        at += length;
      }
      if (at === end) return cost;
      if (cost >= most && !this.isBusy && !this.isDone) {
        this.yield(bytes, at, end, this.#irregular?.isInCrumbs === true ? crumbTurns : readTurns);
        return cost;
      }
    }
    return cost;
  }

  /** A frame of which not all has come. */
  private begun(bytes: Buffer, from: number, end: number, length: number): PartialFrame {
    const page = this.#isServer ? undefined : this.carried(bytes.subarray(from, end), length);
    return new PartialFrame({ bytes, from, end, length, isMasked: this.#isServer, expected: this.#lastPartial, page });
  }

  /** Adds to the partial frame and delivers it when it is complete; returns where the bytes go on after it. */
  private complete(partial: PartialFrame, bytes: Buffer, at: number, end: number): number {
    const next = partial.fillFrom(bytes, at, end, this);
    if (partial.length < 0) this.fault(partial.bytes.subarray(0, partial.have));
    else if (partial.have === partial.length) {
      this.#partial = undefined;
      this.#lastPartial = partial.length;
      const text = partial.text();
      if (text === undefined) this.frame(partial.bytes, 0, partial.length, partial.length);
      else this.sink.onFrame(text, false);
    }
    return next;
  }

  /** The length of the frame that begins at `at`: 0 as long as its header is not complete, -1 if it is faulty. */
  lengthAt(bytes: Buffer, at: number, end: number): number {
    const irregular = this.#irregular;
    const isFragmented = irregular?.isFragmented === true;
    const room = this.#options.maxPayloadBytes - (isFragmented ? irregular.fragmentBytes : 0);
    return frameLength(bytes, at, end, this.#isServer, this.#inflater !== undefined, isFragmented, room);
  }

  /** Where texts end that can be looked through together. */
  private textsEnd(bytes: Buffer, at: number, end: number, most: number): number {
    if (this.#isServer || bytes[at] !== WHOLE_TEXT || this.#irregular?.isFragmented === true) return at;
    return textsEnd(bytes, at, end, this.#options.maxPayloadBytes, most);
  }

  /** Takes a text of which all is known. @returns where its frame ends. */
  private text(bytes: Buffer, at: number, end: number): number {
    this.rest?.lend();
    const from = at + headerLength(bytes, at, false);
    const to = from + payloadLength(bytes, at, end);
    this.sink.onFrame(keptPayload(bytes, from, to, end, false), false);
    return to;
  }

  /** Takes one complete frame. */
  private frame(bytes: Buffer, at: number, length: number, end: number): void {
    const first = bytes[at] as number;
    const opcode = first & 0x0f;
    const from = at + headerLength(bytes, at, this.#isServer);
    const to = at + length;
    const isIrregular = opcode < CLOSE && ((first & 0xf0) !== 0x80 || this.#irregular?.isFragmented === true);
    // All but plain fragments are handed on as views.
    if (!isIrregular || this.#inflater !== undefined) this.rest?.lend();
    if (isIrregular) {
      const result = this.openIrregular().take(bytes, at, from, to);
      if (result === 'later') this.isBusy = true;
      else this.fail(result);
      return;
    }
    if (opcode === CLOSE) this.isDone = true;
    const payload = keptPayload(bytes, from, to, end, this.#isServer);
    // The receiver of ws finds what is wrong, in the bytes as they came.
    if (!deliverWhole(this.sink, opcode, payload)) this.fault(restored(bytes, at, from, to, this.#isServer));
  }

  /** A frame is faulty: the receiver of ws finds what is wrong with it. */
  private fault(bytes: Buffer): void {
    this.fail(this.openIrregular().faultOf(bytes) ?? new Error('a frame breaks the protocol'));
  }

  private fail(error: Error | undefined): void {
    if (error === undefined) return;
    this.isDone = true;
    this.#partial = this.rest = undefined;
    if (!this.#isStopped) this.sink.onFault(error);
  }

  private openIrregular(): IrregularFrames {
    return (this.#irregular ??= new IrregularFrames(this, this.#isServer, this.#options, this.#inflater));
  }
}
