import { outsideMemory } from './outside-memory.js';
import { freeRoom, isRoomKept, MOST_ROOM_BYTES, roomSize, takeRoom } from './rooms.js';

/** The room that is made at least. */
const LEAST_ROOM = 256;

/** Room that is more than this part of what it holds is not kept for a whole message. */
const SPARE_SHARE = 8;

/** Bytes that come bit by bit, in memory that is at most twice as much as has come. */
export class GrowingBytes {
  #room: Buffer | undefined;
  #used = 0;

  get length(): number {
    return this.#used;
  }

  add(bytes: Buffer): void {
    this.#roomFor(bytes.length).set(bytes, this.#used);
    this.#used += bytes.length;
  }

  /**
   * Adds a short payload that is part of `bytes`, without a view of it, which costs more than to copy it.
   *
   * @param isMasked with the key that stands right before `from`.
   * @returns whether it is ASCII.
   */
  addShort(bytes: Uint8Array, from: number, to: number, isMasked: boolean): boolean {
    const room = this.#roomFor(to - from);
    const shift = this.#used - from;
    let all = 0;
    for (let at = from; at < to; at += 1) {
      const key = isMasked ? (bytes[from - 4 + ((at - from) & 3)] as number) : 0;
      const byte = (bytes[at] as number) ^ key;
      room[at + shift] = byte;
      all |= byte;
    }
    this.#used += to - from;
    return all < 0x80;
  }

  /** Room for so many more bytes. */
  #roomFor(count: number): Buffer {
    const room = this.#room;
    const used = this.#used + count;
    if (room !== undefined && used <= room.length) return room;
    const grown = takeRoom(used > MOST_ROOM_BYTES ? Math.max(used, 2 * this.#used) : roomSize(used, LEAST_ROOM));
    grown.set(this.bytes);
    if (room !== undefined) freeRoom(room);
    this.#room = grown;
    return grown;
  }

  /** What has come, to be looked at only until more is added. */
  get bytes(): Buffer {
    return this.#room?.subarray(0, this.#used) ?? Buffer.alloc(0);
  }

  /** Takes out what has come, in memory that is about as large. */
  take(): Buffer {
    const { bytes } = this;
    const room = this.#room;
    this.#room = undefined;
    this.#used = 0;
    if (room === undefined) return bytes;
    const isFull = (room.length - bytes.length) * SPARE_SHARE <= bytes.length;
    // Memory that a message has grown in for long is old to V8, and freed by a full collection only.
    if (isFull && !isRoomKept(room.length)) return bytes;
    const taken = outsideMemory.take(bytes.length);
    taken.set(bytes);
    freeRoom(room);
    return taken;
  }
}
