import { headerLength } from '../../protocol/frame-length.js';
import { TEXT } from '../../protocol/framing.js';
import { outsideMemory } from '../../protocol/outside-memory.js';
import { TextSoFar } from './text-so-far.js';

/**
 * A frame gets a buffer of four times what has come of it: a peer that announces much and sends little costs little.
 */
const ROOM_FACTOR = 4;
const LEAST_ROOM = 1024;

/** Bytes are read to where they belong if that saves a copy of at least so many. */
const LEAST_TARGET = 16 * 1024;

/** The longest header, and a little more. */
const HEADER_ROOM = 16;

let lastNumber = 0;

/** Numbers fit into 30 bits. */
function nextNumber(): number {
  lastNumber = (lastNumber % 0x3fffffff) + 1;
  return lastNumber;
}

/** What knows how long a frame is. */
export interface FrameMeasure {
  lengthAt(bytes: Buffer, at: number, end: number): number;
}

/** The bytes of a frame that has not come completely, in a buffer that grows with them. */
export class PartialFrame {
  /** Differs from that of the one before. */
  readonly number: number;
  /** The buffer; the first `have` bytes of it are filled. */
  bytes: Buffer;
  have: number;
  #text: TextSoFar | undefined;
  #isOnPage: boolean;

  /** Of the whole frame; 0 as long as its header is not complete, negative if that is faulty. */
  length: number;

  /** @param page memory that begins with `start`, and behind which the next bytes are read: most need no copy then. */
  constructor(start: Buffer, length: number, page?: Buffer) {
    this.number = nextNumber();
    this.length = length;
    this.have = start.length;
    this.#isOnPage = page !== undefined;
    this.bytes = page ?? outsideMemory.take(length === 0 ? HEADER_ROOM : roomFor(start.length, length));
    if (page === undefined) this.bytes.set(start);
  }

  /**
   * Adds bytes from a chunk until the frame is complete or faulty.
   *
   * @param measure knows how long a frame is.
   * @returns where the chunk goes on after the frame.
   */
  fillFrom(chunk: Buffer, from: number, end: number, measure: FrameMeasure): number {
    for (let next = from; ; ) {
      this.length = measure.lengthAt(this.bytes, 0, this.have);
      if (this.length < 0 || this.have === this.length || next === end) return next;
      next += this.fill(chunk, next, end, this.length);
    }
  }

  /**
   * Adds bytes from a chunk: as many as the frame lacks. While its length is unknown that is one, since a header is
   * short and the byte after it may belong to the next frame.
   *
   * @param length of the whole frame; 0 as long as its header is not complete.
   * @returns how many bytes were added.
   */
  fill(chunk: Buffer, from: number, end: number, length: number): number {
    const count = length === 0 ? 1 : Math.min(end - from, length - this.have);
    const have = this.have + count;
    if (have > this.bytes.length) this.#grow(roomFor(have, length));
    if (!this.#isThere(chunk, from)) this.bytes.set(chunk.subarray(from, from + count), this.have);
    this.have = have;
    return count;
  }

  /** Where the next bytes belong, if there is room for many: it grows with what has come, and is never too much. */
  get target(): Buffer | undefined {
    const { bytes, have } = this;
    const isLittle = bytes.length - have < LEAST_TARGET || this.length === 0;
    return isLittle || this.#isOnPage ? undefined : bytes.subarray(have);
  }

  /** Whether bytes were read to `target`. */
  isTarget(bytes: Buffer): boolean {
    return !this.#isOnPage && this.#isThere(bytes, 0);
  }

  /** Whether the bytes of a chunk from `from` on are where they belong. Right behind the memory may be other bytes. */
  #isThere(chunk: Buffer, from: number): boolean {
    const { bytes, have } = this;
    return chunk.buffer === bytes.buffer && chunk.byteOffset + from === bytes.byteOffset + have && have < bytes.length;
  }

  /** This many bytes were put to where they belong. */
  filled(count: number): void {
    this.have += count;
  }

  #grow(size: number): void {
    const grown = outsideMemory.take(size);
    grown.set(this.bytes.subarray(0, this.have));
    this.bytes = grown;
    this.#isOnPage = false;
  }

  /** Whether this may become a frame whose text is UTF-8. Other frames, and compressed ones, always may. */
  mayBeText(isMasked: boolean): boolean {
    const { bytes, have } = this;
    if (((bytes[0] as number) & 0x7f) !== TEXT || have < 2) return true;
    const from = headerLength(bytes, 0, isMasked);
    if (have <= from) return true;
    this.#text ??= new TextSoFar(from, isMasked);
    return this.#text.take(bytes, have);
  }

  /** The payload of a complete frame that is a whole text, if that was looked through as it came and is UTF-8. */
  text(): Buffer | undefined {
    const text = this.#text?.finish(this.bytes, this.have);
    return (this.bytes[0] as number) < 0x80 ? undefined : text;
  }
}

function roomFor(have: number, length: number): number {
  return Math.max(have, Math.min(length, Math.max(have * ROOM_FACTOR, LEAST_ROOM)));
}
