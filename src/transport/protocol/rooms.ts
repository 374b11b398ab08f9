/** The least and the largest room that is kept for another use; sizes between them are powers of two. */
const LEAST_BYTES = 4 * 1024;
const MOST_BYTES = 64 * 1024;

/** How much memory of each size is kept. */
const KEPT_BYTES = 2 ** 21;

/** Memory that nobody uses, by its size. */
const free = new Map<number, Buffer[]>();

const isKept = (size: number) => size >= LEAST_BYTES && size <= MOST_BYTES && (size & (size - 1)) === 0;

/**
 * Memory for bytes that are copied out again, or handed to a user with it; it is not cleared. Each 64 KiB of new memory
 * brings V8's next full collection nearer: a flood of fragments caused five of them in a second.
 */
export function takeRoom(size: number): Buffer {
  return free.get(size)?.pop() ?? Buffer.allocUnsafeSlow(size);
}

/** Keeps memory that `takeRoom` has given for another use. Nobody may have a view of it. */
export function freeRoom(room: Buffer): void {
  const size = room.length;
  if (!isKept(size)) return;
  let rooms = free.get(size);
  if (rooms === undefined) free.set(size, (rooms = []));
  if (rooms.length * size < KEPT_BYTES) rooms.push(room);
}
