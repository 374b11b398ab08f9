import { expect, test } from 'vitest';
import { RingBuffer } from '../../../src/supervisor/connection/ring-buffer.js';

test.each([
  // added             kept
  [[], []],
  [
    [1, 2],
    [1, 2],
  ],
  [
    [1, 2, 3],
    [1, 2, 3],
  ],
  [
    [1, 2, 3, 4],
    [2, 3, 4],
  ],
  [
    [1, 2, 3, 4, 5, 6, 7],
    [5, 6, 7],
  ],
])('keeps the last three of %j, oldest first', (added, kept) => {
  const recent = new RingBuffer<number>(3);
  for (const value of added) recent.add(value);
  expect(recent.toArray()).toEqual(kept);
});

test('hands out a copy', () => {
  const recent = new RingBuffer<number>(2);
  recent.add(1);
  const before = recent.toArray();
  recent.add(2);
  expect(before).toEqual([1]);
});
