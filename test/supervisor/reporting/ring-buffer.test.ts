import { expect, test } from 'vitest';
import { RingBuffer } from '../../../src/supervisor/reporting/ring-buffer.js';

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
  const buffer = new RingBuffer<number>(3);
  for (const value of added) buffer.add(value);
  expect(buffer.toArray()).toEqual(kept);
});

test('hands out a copy', () => {
  const buffer = new RingBuffer<number>(2);
  buffer.add(1);
  const before = buffer.toArray();
  buffer.add(2);
  expect(before).toEqual([1]);
});
