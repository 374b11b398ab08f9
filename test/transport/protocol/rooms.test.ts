import { expect, test } from 'vitest';
import { freeRoom, takeRoom } from '../../../src/transport/protocol/rooms.js';

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

test('2 MiB of a size are kept, and no more', () => {
  const rooms = Array.from({ length: 33 }, () => takeRoom(64 * 1024));
  for (const room of rooms) freeRoom(room);
  const again = Array.from({ length: 33 }, () => takeRoom(64 * 1024));
  expect(again.filter((room) => rooms.includes(room))).toHaveLength(32);
});
