import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MinHeap } from '../../../src/supervisor/time/min-heap.js';

const numbers = () => new MinHeap<number>((a, b) => a < b);

function drained(heap: MinHeap<number>): number[] {
  const items: number[] = [];
  for (let item = heap.shift(); item !== undefined; item = heap.shift()) items.push(item);
  return items;
}

test('has no first item while it is empty', () => {
  const heap = numbers();
  expect(heap.first).toBeUndefined();
  expect(heap.shift()).toBeUndefined();
  expect(heap.size).toBe(0);
});

test('gives back any items in order', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), (items) => {
      const heap = numbers();
      for (const item of items) heap.push(item);
      expect(heap.size).toBe(items.length);
      expect(drained(heap)).toEqual([...items].sort((a, b) => a - b));
    }),
  );
});

test('keeps its order when items come and go in turn', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer(), { nil: undefined })), (steps) => {
      const heap = numbers();
      let sorted: number[] = [];
      for (const item of steps) {
        if (item === undefined) {
          expect(heap.shift()).toBe(sorted.shift());
        } else {
          heap.push(item);
          sorted = [...sorted, item].sort((a, b) => a - b);
        }
        expect(heap.first).toBe(sorted[0]);
      }
    }),
  );
});

test('is in order as well after items were dropped from its middle', () => {
  const heap = numbers();
  for (const item of [5, 1, 4, 2, 3, 6]) heap.push(item);
  heap.retain((item) => item % 2 === 0);
  heap.push(3);
  expect(drained(heap)).toEqual([2, 3, 4, 6]);
});

test('is empty once cleared', () => {
  const heap = numbers();
  heap.push(1);
  heap.clear();
  expect(heap.size).toBe(0);
  expect(heap.first).toBeUndefined();
});
