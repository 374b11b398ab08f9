import { outsideMemory } from './outside-memory.js';

/** The least and the largest room that is kept for another use; sizes between them are powers of two. */
const LEAST_BYTES = 4 * 1024;
export const MOST_ROOM_BYTES = 64 * 1024;

/** How much memory of each size is kept at most. */
const KEPT_BYTES = 32 * 2 ** 20;

/** Memory that nobody uses, by its size. A full collection lets it go: nothing else is to come about because of it. */
const free = new Map<number, WeakRef<Buffer[]>>();

/** Whether memory of this size is used again. */
export function isRoomKept(size: number): boolean {
  return size >= LEAST_BYTES && size <= MOST_ROOM_BYTES && (size & (size - 1)) === 0;
}

/** The least power of two that is not below `least` and holds so many bytes. */
export function roomSize(bytes: number, least = LEAST_BYTES): number {
  return bytes <= least ? least : 2 ** (32 - Math.clz32(bytes - 1));
}

/** Memory for bytes that are copied out again, or handed to a user with it; it is not cleared. */
export function takeRoom(size: number): Buffer {
  return free.get(size)?.deref()?.pop() ?? outsideMemory.takeApart(size);
}

/**
 * Keeps memory that `takeRoom` has given for another use. Nobody may have a view of it. What is used again and again
 * would otherwise grow old in V8's eyes, and be freed by full collections only, five of them in a second.
 */
export function freeRoom(room: Buffer): void {
  const size = room.length;
  if (!isRoomKept(size)) return;
  let rooms = free.get(size)?.deref();
  if (rooms === undefined) free.set(size, new WeakRef((rooms = [])));
  if (rooms.length * size < KEPT_BYTES) rooms.push(room);
}
