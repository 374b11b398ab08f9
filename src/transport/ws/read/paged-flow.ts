import { RECORD_BYTES } from '../../protocol/pages.js';
import { OwnPage } from './own-page.js';
import { ReadFlow } from './read-flow.js';

/**
 * Which page a reader's socket is read into: one of its own as long as its peer sends more than is read at once. The
 * part of a reader that has to do with that.
 */
export abstract class PagedFlow extends ReadFlow {
  #page: OwnPage | undefined;
  /** Whether the last read brought as much as one can. */
  #isFull = false;

  /** Bytes were read, up to `end`. @returns where they are to be taken from. */
  protected kept(bytes: Buffer, end: number): Buffer {
    this.#isFull = end === bytes.length && end >= RECORD_BYTES;
    return this.#page?.kept(bytes, end) ?? bytes;
  }

  /** Bytes were read to where a frame had them. */
  protected aimed(): void {
    this.#isFull = false;
  }

  /** Where the next bytes belong, if there is a page for them: see `OwnPage.takeRoom`. */
  protected takeRoom(canEndAnywhere: boolean): Buffer | undefined {
    return this.#isFull ? (this.#page ??= OwnPage.open())?.takeRoom(canEndAnywhere) : undefined;
  }

  /** See `OwnPage.carried`. */
  protected carried(start: Buffer, length: number): Buffer | undefined {
    return this.#isFull ? this.#page?.carried(start, length) : undefined;
  }

  /** Lets the page go if the peer sends less, or in any case. */
  protected closePage(isOver = !this.#isFull): void {
    if (!isOver) return;
    this.#page?.close();
    this.#page = undefined;
  }
}
