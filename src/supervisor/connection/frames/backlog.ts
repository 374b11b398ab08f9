import { DataFrame, type Frame } from '../../../transport/frame.js';

/** A waiting frame is copied if the memory it is a view of is more than this many times as large. */
const SMALL_SHARE = 4;

/** About what a waiting frame costs beside its payload, in bytes. For the first 64 frames it is not counted. */
const FRAME_COSTS = 192;
const FREE_FRAMES = 64;

/** The owner hears of what waits each time it has grown by so many bytes. */
const HEARD_EVERY = 8 * 1024;

/** The places of frames that were taken are removed from the front of the list this many at a time. */
const SPENT_PLACES = 1024;

/** Those whose frames are considered for copying in the next turn of the event loop, all in one. */
let waiting: Backlog[] = [];

/** The frames of one connection that wait for its handler, in order. It is made when the first one has to wait. */
export class Backlog {
  /** Whether the socket is paused because of these frames. */
  isHeld = false;
  /** About how much memory the frames hold: their payloads, and what each frame costs beside. */
  #bytes: number;
  readonly #frames: Frame[];
  #head = 0;
  /** Frames before this place have been considered for copying. */
  #compacted = 0;
  #willCompact = false;
  /** What waited when the owner heard of it last, or less if it had become less before a frame came. */
  #heard = 0;

  constructor(first: Frame) {
    this.#frames = [first];
    this.#bytes = first.data.length;
    this.#compactLater();
  }

  get length(): number {
    return this.#frames.length - this.#head;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether the owner is to hear of what waits. */
  hasGrown(): boolean {
    if (this.#bytes - this.#heard < HEARD_EVERY) return false;
    this.#heard = this.#bytes;
    return true;
  }

  push(frame: Frame): void {
    if (this.#bytes < this.#heard) this.#heard = this.#bytes;
    this.#frames.push(frame);
    this.#bytes += this.#weightOf(frame);
    this.#compactLater();
  }

  /** Takes the oldest frame; there must be one. */
  shift(): Frame {
    const frame = this.#frames[this.#head] as Frame;
    this.#bytes -= this.#weightOf(frame);
    this.#head += 1;
    if (this.#head === SPENT_PLACES) {
      this.#frames.splice(0, this.#head);
      this.#compacted = Math.max(0, this.#compacted - this.#head);
      this.#head = 0;
    }
    return frame;
  }

  clear(): void {
    this.#frames.length = 0;
    this.#head = this.#compacted = 0;
    this.#bytes = 0;
  }

  /** What a frame counts for that has come as the last, or goes as the next. */
  #weightOf({ data }: Frame): number {
    return this.length > FREE_FRAMES ? data.length + FRAME_COSTS : data.length;
  }

  /** Waits for the next turn of the event loop: frames that are taken before need no copy. */
  #compactLater(): void {
    if (this.#willCompact) return;
    this.#willCompact = true;
    if (waiting.length === 0) setImmediate(Backlog.#compactAll);
    waiting.push(this);
  }

  static #compactAll(): void {
    const due = waiting;
    waiting = [];
    for (const backlog of due) Backlog.#compact(backlog);
  }

  /**
   * Frames are views of memory that they share with frames of other connections. Small ones that have to wait are
   * copied into one buffer of exactly their size, so that a few waiting bytes do not keep 64 KiB alive.
   */
  static #compact(backlog: Backlog): void {
    backlog.#willCompact = false;
    const frames = backlog.#frames;
    const from = Math.max(backlog.#head, backlog.#compacted);
    let bytes = 0;
    for (let i = from; i < frames.length; i++) {
      const { data } = frames[i] as Frame;
      if (isSmallView(data)) bytes += data.length;
    }
    backlog.#compacted = frames.length;
    if (bytes === 0) return;
    const memory = Buffer.allocUnsafeSlow(bytes);
    let used = 0;
    for (let i = from; i < frames.length; i++) {
      const { data, isBinary } = frames[i] as Frame;
      if (!isSmallView(data)) continue;
      memory.set(data, used);
      frames[i] = new DataFrame(memory.subarray(used, used + data.length), isBinary);
      used += data.length;
    }
  }
}

function isSmallView(data: Buffer): boolean {
  return data.length * SMALL_SHARE < data.buffer.byteLength;
}
