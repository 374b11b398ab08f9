import { headerLength } from '../../protocol/frame-length.js';
import { TEXT } from '../../protocol/framing.js';
import { outsideMemory } from '../../protocol/outside-memory.js';
import { copyUnmasked, keyAfter } from '../../protocol/unmask.js';
import { viewOf } from '../../protocol/view.js';
import { TextSoFar } from './text-so-far.js';

/**
 * A frame gets a buffer of four times what has come of it, unless one as long is expected: a peer that announces much
 * and sends little costs little.
 */
const ROOM_FACTOR = 4;
const LEAST_ROOM = 1024;

/** The longest header, and a little more. */
const HEADER_ROOM = 16;

/** The longest frame that may get all of its memory with its first bytes, with its header. */
const MOST_EXPECTED = 256 * 1024 + HEADER_ROOM;

/** Bytes are read to where they belong if that saves a copy of at least so many. */
const LEAST_TARGET = 16 * 1024;

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

/** The masking key, the last part of a header. */
const KEY_BYTES = 4;

/** What has come of a frame first: `bytes[from..end)`. */
export interface FrameStart {
  readonly bytes: Buffer;
  readonly from: number;
  readonly end: number;
  /** Of the whole frame; 0 as long as that is not known. */
  readonly length: number;
  readonly isMasked: boolean;
  /** The length of a frame that the peer has sent before, or 0: one up to this gets its whole memory at once. */
  readonly expected: number;
  /** Memory that begins with this, and behind which the next bytes are read: most need no copy then. */
  readonly page: Buffer | undefined;
}

/**
 * The bytes of a frame that has not come completely, in a buffer that grows with them. A payload that is masked is
 * unmasked as it comes, on its way there; a key of zeros takes the place of its key.
 */
export class PartialFrame {
  /** Differs from that of the one before. */
  readonly number: number;
  /** The buffer; the first `have` bytes of it are filled. */
  bytes: Buffer;
  have: number;
  #text: TextSoFar | undefined;
  #isOnPage: boolean;
  /** Of a masked frame whose header has come: its key, and where its payload begins. */
  #key: number | undefined;
  #payloadFrom = 0;
  readonly #isMasked: boolean;

  /** Of the whole frame; 0 as long as its header is not complete, negative if that is faulty. */
  length: number;

  constructor({ bytes, from, end, length, isMasked, expected, page }: FrameStart) {
    this.number = nextNumber();
    this.length = length;
    this.#isMasked = isMasked;
    this.#isOnPage = page !== undefined;
    this.have = page === undefined ? 0 : end - from;
    const isExpected = length > 0 && length <= Math.min(expected, MOST_EXPECTED);
    this.bytes = page ?? outsideMemory.take(isExpected ? length : roomFor(end - from, length));
    if (page === undefined) for (let next = from; next < end; ) next += this.fill(bytes, next, end, length);
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
    const isHeader = this.#isMasked && this.#key === undefined;
    const lacking = isHeader ? this.#lackingHeader : length === 0 ? 1 : length - this.have;
    const count = Math.min(end - from, lacking);
    const have = this.have + count;
    if (have > this.bytes.length) this.#grow(roomFor(have, length));
    if (this.#isThere(chunk, from)) this.have = have;
    else this.#put(chunk, from, count);
    if (isHeader && this.#lackingHeader === 0) this.#takeKey();
    return count;
  }

  /** How many bytes the header lacks, with its key, as far as is known. */
  get #lackingHeader(): number {
    return this.have < 2 ? 1 : headerLength(this.bytes, 0, true) - this.have;
  }

  /** Copies bytes to where they belong. */
  #put(chunk: Buffer, from: number, count: number): void {
    const { bytes, have } = this;
    const key = this.#key;
    if (key !== undefined)
      copyUnmasked(bytes, have, chunk, from, from + count, keyAfter(key, have - this.#payloadFrom));
    else if (count === 1) bytes[have] = chunk[from] as number;
    else bytes.set(chunk.subarray(from, from + count), have);
    this.have = have + count;
  }

  /** The header is there. */
  #takeKey(): void {
    const { bytes, have } = this;
    this.#payloadFrom = have;
    this.#key = bytes.readUInt32LE(have - KEY_BYTES);
    bytes.fill(0, have - KEY_BYTES, have);
  }

  /** Where the next bytes belong, if there is room for many: never more than the frame needs. */
  get target(): Buffer | undefined {
    const { bytes, have } = this;
    const isLittle = bytes.length - have < LEAST_TARGET || this.length === 0;
    return isLittle || this.#isOnPage ? undefined : viewOf(bytes, have, bytes.length);
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
  mayBeText(): boolean {
    const { bytes, have } = this;
    if (((bytes[0] as number) & 0x7f) !== TEXT || have < 2) return true;
    const from = headerLength(bytes, 0, this.#isMasked);
    if (have <= from) return true;
    this.#text ??= new TextSoFar(from);
    return this.#text.take(bytes, have);
  }

  /** The payload of a complete frame that is a whole text, if that was looked through as it came and is UTF-8. */
  text(): Buffer | undefined {
    const text = this.#text?.finish(this.bytes, this.have);
    return (this.bytes[0] as number) < 0x80 ? undefined : text;
  }
}

function roomFor(have: number, length: number): number {
  if (length === 0) return Math.max(have, HEADER_ROOM);
  return Math.max(have, Math.min(length, Math.max(have * ROOM_FACTOR, LEAST_ROOM)));
}
