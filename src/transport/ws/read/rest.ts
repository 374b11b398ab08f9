import { PAGE_BYTES } from '../../protocol/pages.js';
import { freeRoom, takeRoom } from '../../protocol/rooms.js';
import { isSharedPage, ownedSlice } from './shared-page.js';

/** A rest from this size on is kept in memory that is used again. */
const LEAST_IN_ROOM = PAGE_BYTES / 2;

/** Bytes that were read and are not split yet, because the reader is paused or busy. */
export class Rest {
  #bytes: Buffer | undefined;
  /** The memory that they are in, as long as no user has a view of it. */
  #room: Buffer | undefined;

  get length(): number {
    return this.#bytes?.length ?? 0;
  }

  /** What is left of bytes that are being split. */
  leave(bytes: Buffer, at: number, end: number): void {
    if (end - at < LEAST_IN_ROOM || !isSharedPage(bytes)) {
      this.#bytes = ownedSlice(bytes, at, end);
      return;
    }
    this.#room = takeRoom(PAGE_BYTES);
    this.#room.set(bytes.subarray(at, end));
    this.#bytes = this.#room.subarray(0, end - at);
  }

  /** Adds what is read meanwhile. @returns how many bytes there are now. */
  add(bytes: Buffer, end: number): number {
    const chunk = ownedSlice(bytes, 0, end);
    this.#bytes = this.#bytes === undefined ? chunk : Buffer.concat([this.#bytes, chunk]);
    return this.#bytes.length;
  }

  /** Takes the bytes out, to be split. */
  take(): Buffer | undefined {
    const bytes = this.#bytes;
    this.#bytes = undefined;
    return bytes;
  }

  /** A user gets a view of the bytes that are being split. */
  lend(): void {
    this.#room = undefined;
  }

  /** Bytes were split, up to what `leave` has got. */
  wasSplit(): void {
    const room = this.#room;
    if (room === undefined || this.#bytes !== undefined) return;
    this.#room = undefined;
    freeRoom(room);
  }
}
