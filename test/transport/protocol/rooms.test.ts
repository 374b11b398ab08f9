import { expect, test } from 'vitest';
import { freeRoom, isRoomKept, roomSize, takeRoom } from '../../../src/transport/protocol/rooms.js';
import { exposedGc } from '../../support/exposed-gc.js';

test('memory that is free is given again, to one only', () => {
  const room = takeRoom(4096);
  freeRoom(room);
  expect(takeRoom(4096)).toBe(room);
  expect(takeRoom(4096)).not.toBe(room);
});

test('memory of an odd or a small size is not kept', () => {
  for (const size of [256, 5000, 128 * 1024]) {
    const room = takeRoom(size);
    expect(room).toHaveLength(size);
    freeRoom(room);
    expect(takeRoom(size)).not.toBe(room);
  }
});

const SIZE = 64 * 1024;

/** Uses so many rooms at once, and returns how many of them were in `before`. */
function use(count: number, before: readonly Buffer[] = []) {
  const rooms = Array.from({ length: count }, () => takeRoom(SIZE));
  for (const room of rooms) freeRoom(room);
  return { rooms, kept: rooms.filter((room) => before.includes(room)).length };
}

test('32 MiB of a size are kept, and no more', () => {
  const { rooms } = use(513);
  expect(use(513, rooms).kept).toBe(512);
});

test('a full collection lets go of what nobody uses', async () => {
  const room = new WeakRef(takeRoom(SIZE));
  freeRoom(room.deref() as Buffer);
  const collect = exposedGc();
  // A reference that was looked at holds until the end of its turn, and V8 may see it on the stack once more.
  for (let i = 0; i < 20 && room.deref() !== undefined; i += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  expect(room.deref()).toBeUndefined();
});

test('a room for bytes is the least that is used again', () => {
  expect([1, 4096, 4097, 16_384, 60_000, 65_536].map((bytes) => roomSize(bytes))).toEqual([
    4096, 4096, 8192, 16_384, 65_536, 65_536,
  ]);
  expect([4096, 65_536].every(isRoomKept)).toBe(true);
  expect([2048, 5000, 131_072].some(isRoomKept)).toBe(false);
});
