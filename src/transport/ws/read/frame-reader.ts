import { frameLength, headerLength } from '../../protocol/frame-length.js';
import { CLOSE } from '../../protocol/framing.js';
import { costOf } from '../../protocol/payload-rules.js';
import { ReadMeter } from '../../protocol/read-meter.js';
import type { WireOptions } from '../../transport.js';
import { notText } from '../deflate/inflate-faults.js';
import { type Inflater, MAX_BEHIND } from '../deflate/inflater.js';
import { IrregularFrames, type IrregularSink } from './irregular-frames.js';
import { PartialFrame } from './partial-frame.js';
import { crumbTurns, type ReadTurns, readTurns, type TurnTaker } from './read-turns.js';
import type { ReaderSink } from './reader-sink.js';
import { Rest } from './rest.js';
import { ownedSlice, payloadOf, restore } from './shared-page.js';
import { deliverWhole } from './whole-frame.js';

/**
 * Splits a byte stream into frames (RFC 6455 section 5.2). Plain whole frames are delivered from here, with Pings,
 * Pongs, and well-formed Closes; fragments, compressed frames, and everything faulty go through `IrregularFrames`,
 * frame by frame. While a frame is inflated in the background, the bytes after it wait.
 * Payloads are unmasked in place and are views of the chunks they came in, or copies if those are the shared page.
 */
export class FrameReader extends ReadMeter implements IrregularSink, TurnTaker {
  readonly #sink: ReaderSink;
  readonly #isServer: boolean;
  readonly #options: WireOptions;
  readonly #inflater: Inflater | undefined;
  #irregular: IrregularFrames | undefined;
  #partial: PartialFrame | undefined;
  #rest: Rest | undefined;
  #isPaused = false;
  #isReading = false;
  /** Whether what was read has to wait, whatever the owner wants: for a frame to be inflated, or the turn of others. */
  #isBusy = false;
  #isCongested = false;
  #isFinishing = false;
  #isDone = false;
  #isStopped = false;
  #onDelivered: (() => void)[] | undefined;

  constructor(sink: ReaderSink, isServer: boolean, options: WireOptions, inflater: Inflater | undefined) {
    super(options.allowance);
    this.#sink = sink;
    this.#isServer = isServer;
    this.#options = options;
    this.#inflater = inflater;
  }

  /** Whether part of a frame has come. */
  get isMidFrame(): boolean {
    return this.#partial !== undefined;
  }
  override get heldBytes(): number {
    return (this.#partial?.bytes.length ?? 0) + (this.#irregular?.fragmentBytes ?? 0) + (this.#rest?.length ?? 0);
  }

  /** Delivers nothing more. */
  stop(): void {
    this.#isStopped = this.#isDone = true;
    this.#partial = this.#rest = undefined;
    this.settle();
  }

  /** Calls `done` when everything that was read is delivered, or, after `stop`, when nothing is being inflated. */
  whenDelivered(done: () => void): void {
    (this.#onDelivered ??= []).push(done);
    this.settle();
  }

  /** Delivers nothing more until `resume`, after the frame being delivered. */
  pause(): void {
    this.#isPaused = !this.#isFinishing;
  }
  /** Goes on with the bytes that were read. */
  resume(): void {
    this.#isPaused = false;
    this.excuse(this.#sink.now());
    if (!this.#isReading) this.goOn();
  }
  /** Resumes, and ignores `pause` from now on: the socket is gone. */
  finish(): void {
    this.#isFinishing = true;
    this.resume();
  }
  /** Reads up to `end`: the shared page, or a buffer that belongs to the reader from now on. */
  read(bytes: Buffer, end = bytes.length): void {
    this.arrived(end);
    this.split(bytes, 0, end);
  }
  /** Delivers what there is of `bytes[from..end)`, or as much as it may in this turn. */
  split(bytes: Buffer, from: number, end: number, turns?: ReadTurns): void {
    if (this.#isDone) return;
    if (this.#isPaused || this.#isBusy) {
      const held = (this.#rest ??= new Rest()).add(bytes, from, end);
      if (this.#isBusy && held >= MAX_BEHIND) this.congest();
      return;
    }
    this.#isReading = true;
    const most = this.#isFinishing ? Number.POSITIVE_INFINITY : (turns ?? readTurns).most(turns !== undefined);
    const messages = this.deliver(bytes, from, end, most);
    (turns ?? readTurns).spend(messages);
    if (this.#partial?.mayBeText(this.#isServer) === false) this.fail(notText());
    this.#isReading = false;
    if (this.#isDone) return;
    this.#rest?.wasSplit();
    // Fragments belong to one message; any other frame is one.
    const part = this.#irregular?.isFragmented === true ? -this.#irregular.begun : (this.#partial?.number ?? 0);
    this.measured(messages, part, this.#sink);
  }
  onMessage(data: Buffer, isBinary: boolean): void {
    if (!this.#isStopped) this.#sink.onFrame(data, isBinary);
  }
  onInflated(error: Error | undefined): void {
    this.#isBusy = false;
    this.fail(error);
    this.goOn();
  }
  onTurn(turns: ReadTurns): void {
    this.#isBusy = false;
    if (turns !== readTurns) this.excuse(this.#sink.now());
    this.goOn(turns);
  }
  private goOn(turns?: ReadTurns): void {
    if (!this.#isPaused && !this.#isBusy) this.#rest?.giveTo(this, turns);
    if (this.#isCongested && !this.isBehind) {
      this.#isCongested = false;
      this.#sink.onCongestion(false);
    }
    this.settle();
  }
  private settle(): void {
    const due = this.#onDelivered;
    if (due === undefined || this.#isBusy || this.isBehind) return;
    this.#onDelivered = undefined;
    for (const done of due) done();
  }

  /** Lets other sockets and the clock have a turn of the loop. */
  private yield(bytes: Buffer, at: number, end: number): void {
    (this.#rest ??= new Rest()).leave(bytes, at, end);
    this.#isBusy = true;
    this.congest();
    (this.#irregular?.isInCrumbs === true ? crumbTurns : readTurns).wait(this);
  }
  private get isBehind(): boolean {
    return !this.#isDone && this.#rest !== undefined && this.#rest.length > 0;
  }
  private congest(): void {
    if (this.#isCongested) return;
    this.#isCongested = true;
    this.#sink.onCongestion(true);
  }

  /** Delivers frames up to a cost, or a little more. @returns what they cost. */
  private deliver(bytes: Buffer, from: number, end: number, most: number): number {
    let at = from;
    let cost = 0;
    while (!this.#isDone) {
      if (this.#isPaused || this.#isBusy) {
        if (at < end) (this.#rest ??= new Rest()).leave(bytes, at, end);
        return cost;
      }
      if (this.#partial !== undefined) {
        at = this.complete(this.#partial, bytes, at, end);
        if (this.#partial !== undefined) return cost;
        cost += 1;
        continue;
      }
      const length = this.lengthAt(bytes, at, end);
      if (length < 0) {
        this.fault(ownedSlice(bytes, at, end));
        return cost;
      }
      if (length === 0 || at + length > end) {
        if (at < end) this.#partial = new PartialFrame(bytes.subarray(at, end), length);
        return cost;
      }
      this.frame(bytes, at, length);
      cost += costOf(bytes[at] as number);
      at += length;
      if (at === end) return cost;
      if (cost >= most && !this.#isBusy && !this.#isDone) {
        this.yield(bytes, at, end);
        return cost;
      }
    }
    return cost;
  }

  /** Adds to the partial frame and delivers it when it is complete; returns where the bytes go on after it. */
  private complete(partial: PartialFrame, bytes: Buffer, at: number, end: number): number {
    const next = partial.fillFrom(bytes, at, end, this);
    if (partial.length < 0) this.fault(partial.bytes.subarray(0, partial.have));
    else if (partial.have === partial.length) {
      this.#partial = undefined;
      const text = partial.text();
      if (text === undefined) this.frame(partial.bytes, 0, partial.length);
      else this.#sink.onFrame(text, false);
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

  /** Takes one complete frame. */
  private frame(bytes: Buffer, at: number, length: number): void {
    const first = bytes[at] as number;
    const opcode = first & 0x0f;
    const from = at + headerLength(bytes, at, this.#isServer);
    const to = at + length;
    const isIrregular = opcode < CLOSE && ((first & 0xf0) !== 0x80 || this.#irregular?.isFragmented === true);
    // All but plain fragments are handed on as views.
    if (!isIrregular || this.#inflater !== undefined) this.#rest?.lend();
    if (isIrregular) {
      const result = this.openIrregular().take(bytes, at, from, to);
      if (result === 'later') this.#isBusy = true;
      else this.fail(result);
      return;
    }
    if (opcode === CLOSE) this.#isDone = true;
    if (deliverWhole(this.#sink, opcode, payloadOf(bytes, from, to, this.#isServer))) return;
    // The receiver of ws finds what is wrong, in the bytes as they came.
    restore(bytes, from, to, this.#isServer);
    this.fault(ownedSlice(bytes, at, to));
  }

  /** A frame is faulty: the receiver of ws finds what is wrong with it. */
  private fault(bytes: Buffer): void {
    this.fail(this.openIrregular().faultOf(bytes) ?? new Error('a frame breaks the protocol'));
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
