import { DataFrame, type Frame } from '../../transport/frame.js';

/** A frame that is this much smaller than the memory it is a view of is copied when it has to wait. */
const SMALL_SHARE = 4;

/** What a waiting frame costs beside its payload, in bytes, about: two objects and a place. The first ones go free. */
const FRAME_COSTS = 192;
const FREE_FRAMES = 64;

/** So many places at the front of the list are given up at a time. */
const SPENT_PLACES = 1024;

/** Frames of one connection that wait for its handler, in order. Made when the first of them has to. */
export class Backlog {
  /** Whether the socket is not read because of them. */
  isHeld = false;
  #bytes: number;
  readonly #frames: Frame[];
  #head = 0;
  /** Frames before this place have been looked through for copying. */
  #compacted = 0;
  #willCompact = false;

  constructor(first: Frame) {
    this.#frames = [first];
    this.#bytes = first.data.length;
    this.#compactLater();
  }

  get length(): number {
    return this.#frames.length - this.#head;
  }

  /** About the memory that they hold: payloads, and what each frame costs beside. */
  get bytes(): number {
    return this.#bytes + Math.max(0, this.length - FREE_FRAMES) * FRAME_COSTS;
  }

  push(frame: Frame): void {
    this.#frames.push(frame);
    this.#bytes += frame.data.length;
    this.#compactLater();
  }

  /** The oldest; there must be one. */
  shift(): Frame {
    const frame = this.#frames[this.#head] as Frame;
    this.#head += 1;
    this.#bytes -= frame.data.length;
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

  /** Those that are dealt with in this turn of the loop already need no copy. */
  #compactLater(): void {
    if (this.#willCompact) return;
    this.#willCompact = true;
    setImmediate(Backlog.#compact, this);
  }

  /**
   * Frames are views of memory that they share with others, of other connections too. Small ones that have to wait get
   * memory of their own, as much as they need all together: what waits here is then all that its waiting costs.
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
    const memory = Buffer.allocUnsafeSlow(bytes);
    let used = 0;
    for (let i = from; i < frames.length; i++) {
      const { data, isBinary } = frames[i] as Frame;
      if (!isSmallView(data)) continue;
      memory.set(data, used);
      frames[i] = new DataFrame(memory.subarray(used, used + data.length), isBinary);
      used += data.length;
    }
    backlog.#compacted = frames.length;
  }
}

function isSmallView(data: Buffer): boolean {
  return data.length * SMALL_SHARE < data.buffer.byteLength;
}
