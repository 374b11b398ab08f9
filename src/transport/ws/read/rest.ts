import { freeRoom, roomSize, takeRoom } from '../../protocol/rooms.js';
import type { ReadTurns } from './read-turns.js';
import { isSharedPage, ownedSlice } from './shared-page.js';

/** A rest from this size on is kept in memory that is used again. */
const LEAST_IN_ROOM = 2048;

/** What splits bytes into frames. */
export interface RestSplitter {
  /** @param turns those that it has waited for. */
  split(bytes: Buffer, from: number, end: number, turns?: ReadTurns): void;
}

/** Bytes that were read and are not split yet, because the reader is paused or busy. */
export class Rest {
  #bytes: Buffer | undefined;
  #from = 0;
  #end = 0;
  /** The memory that they are in, as long as no user has a view of it. */
  #room: Buffer | undefined;

  get length(): number {
    return this.#end - this.#from;
  }

  /** What is left of bytes that are being split. */
  leave(bytes: Buffer, from: number, end: number): void {
    // A view of them would be garbage for each turn of a flood.
    if (!isSharedPage(bytes)) this.#put(bytes, from, end);
    else if (end - from < LEAST_IN_ROOM) this.#put(ownedSlice(bytes, from, end), 0, end - from);
    else {
      this.#room = takeRoom(roomSize(end - from));
      this.#room.set(bytes.subarray(from, end));
      this.#put(this.#room, 0, end - from);
    }
  }

  /** Adds what is read meanwhile. @returns how many bytes there are now. */
  add(bytes: Buffer, from: number, end: number): number {
    const chunk = ownedSlice(bytes, from, end);
    const before = this.#bytes?.subarray(this.#from, this.#end);
    const all = before === undefined ? chunk : Buffer.concat([before, chunk]);
    this.#put(all, 0, all.length);
    return all.length;
  }

  /** Takes the bytes out, and has them split. */
  giveTo(splitter: RestSplitter, turns?: ReadTurns): void {
    const bytes = this.#bytes;
    const from = this.#from;
    const end = this.#end;
    if (bytes === undefined) return;
    this.#bytes = undefined;
    this.#from = this.#end = 0;
    splitter.split(bytes, from, end, turns);
  }

  #put(bytes: Buffer, from: number, end: number): void {
    this.#bytes = bytes;
    this.#from = from;
    this.#end = end;
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
