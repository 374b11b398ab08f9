import { ReadMeter } from '../../protocol/read-meter.js';
import type { Allowance } from '../../wire-fact.js';
import { MAX_BEHIND } from '../deflate/inflater.js';
import { type ReadTurns, readTurns, type TurnTaker } from './read-turns.js';
import type { ReaderSink } from './reader-sink.js';
import { Rest } from './rest.js';

/**
 * When a reader goes on: it may be paused by its owner, wait for its turn or for a frame to be inflated, and be asked
 * when all is delivered. A part of the reader by inheritance, so that there is no second object for each connection.
 */
export abstract class ReadFlow extends ReadMeter implements TurnTaker {
  protected readonly sink: ReaderSink;
  /** What was read and has to wait. */
  protected rest: Rest | undefined;
  protected isPaused = false;
  protected isReading = false;
  /** Whether what was read has to wait, whatever the owner wants: for a frame to be inflated, or the turn of others. */
  protected isBusy = false;
  protected isFinishing = false;
  protected isDone = false;
  private isCongested = false;
  private onDelivered: (() => void)[] | undefined;

  constructor(sink: ReaderSink, allowance: Allowance | undefined) {
    super(allowance);
    this.sink = sink;
  }

  /** Delivers what there is of `bytes[from..end)`, or as much as it may in this turn. */
  abstract split(bytes: Buffer, from: number, end: number, turns?: ReadTurns): void;

  /** Calls `done` when everything that was read is delivered, or, after `stop`, when nothing is being inflated. */
  whenDelivered(done: () => void): void {
    (this.onDelivered ??= []).push(done);
    this.settle();
  }

  /** Delivers nothing more until `resume`, after the frame being delivered. */
  pause(): void {
    this.isPaused = !this.isFinishing;
  }

  /** Goes on with the bytes that were read. */
  resume(): void {
    this.isPaused = false;
    this.excuse(this.sink.now());
    if (!this.isReading) this.goOn();
  }

  /** Resumes, and ignores `pause` from now on: the socket is gone. */
  finish(): void {
    this.isFinishing = true;
    this.resume();
  }

  onTurn(turns: ReadTurns): void {
    this.isBusy = false;
    if (turns !== readTurns) this.excuse(this.sink.now());
    this.goOn(turns);
  }

  protected goOn(turns?: ReadTurns): void {
    if (!this.mustWait) this.rest?.giveTo(this, turns);
    if (this.isCongested && !this.isBehind) {
      this.isCongested = false;
      this.sink.onCongestion(false);
    }
    this.settle();
  }

  protected settle(): void {
    const due = this.onDelivered;
    if (due === undefined || this.isBusy || this.isBehind) return;
    this.onDelivered = undefined;
    for (const done of due) done();
  }

  protected get mustWait(): boolean {
    return this.isPaused || this.isBusy;
  }

  /** Whether nothing waits that was read, nor is being delivered, and more may be delivered at once. */
  protected get isIdle(): boolean {
    return !(this.isDone || this.mustWait || this.isReading || this.isBehind);
  }

  /** Keeps what is read meanwhile. */
  protected hold(bytes: Buffer, from: number, end: number): void {
    const held = (this.rest ??= new Rest()).add(bytes, from, end);
    if (this.isBusy && held >= MAX_BEHIND) this.congest();
  }

  /** Keeps what is left of bytes that are being split. */
  protected leave(bytes: Buffer, at: number, end: number): void {
    (this.rest ??= new Rest()).leave(bytes, at, end);
  }

  /** Lets other sockets and the clock have a turn of the loop. */
  protected yield(bytes: Buffer, at: number, end: number, turns: ReadTurns): void {
    this.leave(bytes, at, end);
    this.isBusy = true;
    this.congest();
    turns.wait(this);
  }

  private get isBehind(): boolean {
    return !this.isDone && this.rest !== undefined && this.rest.length > 0;
  }

  private congest(): void {
    if (this.isCongested) return;
    this.isCongested = true;
    this.sink.onCongestion(true);
  }
}
