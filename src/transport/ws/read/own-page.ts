import { COUNTED_FROM, outsideMemory } from '../../protocol/outside-memory.js';
import { PAGE_BYTES, RECORD_BYTES } from '../../protocol/pages.js';
import { viewOf } from '../../protocol/view.js';

/** How many pages are open at once, at most: each takes its memory while its peer is silent. */
const MOST_PAGES = 64;

/** Bytes that take less than this part of a page do not keep it: they are copied. */
const LEAST_SHARE = 8;

let openPages = 0;

/**
 * A page that belongs to one reader. As long as a peer sends more than is read at once, its socket is read into this:
 * then payloads are views of what was read, and nothing is copied but what goes over the end of a page.
 */
export class OwnPage {
  #bytes = newPage(0);
  /** Up to where there are bytes that were read. */
  #used = 0;
  /** Whether the next bytes of the socket go to the room there is. */
  #isAimed = false;
  /** Where the last frame begins that was not read to its end, or else the next one. */
  #frameFrom = 0;
  /** How long the last such frame was; 0 if that is not known. */
  #frameBytes = 0;

  /** @returns `undefined` if there are enough of them. */
  static open(): OwnPage | undefined {
    if (openPages === MOST_PAGES) return undefined;
    openPages += 1;
    return new OwnPage();
  }

  close(): void {
    openPages -= 1;
  }

  /**
   * Where the next bytes belong: the rest of the page, or a new one.
   *
   * @param canEndAnywhere whether what does not go into it is read later without loss. Then it ends where a frame will,
   * if frames are as long as the last one and that leaves enough to read: what goes over the end has to be copied.
   */
  takeRoom(canEndAnywhere: boolean): Buffer {
    this.#isAimed = true;
    if (!this.#hasRoom) this.#turn(this.#frameBytes);
    const end = canEndAnywhere ? this.#endOfFrames : PAGE_BYTES;
    return end - this.#used === PAGE_BYTES ? this.#bytes : viewOf(this.#bytes, this.#used, end);
  }

  /** Bytes were read, up to `end`. @returns where they are to be taken from. */
  kept(bytes: Buffer, end: number): Buffer {
    if (bytes.buffer !== this.#bytes.buffer) return bytes;
    this.#isAimed = false;
    this.#used += end;
    this.#frameFrom = this.#used;
    return end * LEAST_SHARE < PAGE_BYTES ? outsideMemory.copyUncounted(bytes.subarray(0, end)) : bytes;
  }

  /**
   * The beginning of a frame stands at the end of what was read.
   *
   * @param length of the frame; 0 if that is not known yet.
   * @returns memory for the whole of it that begins with this; the next bytes will be read to behind it.
   * `undefined` if it is too long, or if the next bytes go elsewhere already.
   */
  carried(start: Buffer, length: number): Buffer | undefined {
    this.#frameBytes = length;
    if (this.#isAimed || length > PAGE_BYTES) return undefined;
    const from = this.#used - start.length;
    const isHere = start.buffer === this.#bytes.buffer && start.byteOffset === this.#bytes.byteOffset + from;
    if (isHere && from + length <= PAGE_BYTES && this.#hasRoom) {
      this.#frameFrom = from;
      return this.#bytes.subarray(from);
    }
    this.#turn(length);
    this.#bytes.set(start);
    this.#used = start.length;
    return this.#bytes;
  }

  /** For what is read at once, over TLS too. */
  get #hasRoom(): boolean {
    return PAGE_BYTES - this.#used >= RECORD_BYTES;
  }

  /** @param length of a frame that will be on the next page, or 0. */
  #turn(length: number): void {
    this.#bytes = newPage(length);
    this.#used = this.#frameFrom = 0;
  }

  /** Where the last frame ends that will be whole on this page, or the page if that leaves little to read. */
  get #endOfFrames(): number {
    if (this.#frameBytes === 0) return PAGE_BYTES;
    const left = (PAGE_BYTES - this.#frameFrom) % this.#frameBytes;
    const end = PAGE_BYTES - left;
    return end - this.#used < RECORD_BYTES ? PAGE_BYTES : end;
  }
}

/** Short payloads come with objects enough: see `outsideMemory`. */
function newPage(length: number): Buffer {
  return length < COUNTED_FROM ? outsideMemory.takeUncounted(PAGE_BYTES) : outsideMemory.takeApart(PAGE_BYTES);
}
