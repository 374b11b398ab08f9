import { expect, test } from 'vitest';
import { Recent } from '../../src/cluster/recent.js';

test('says each value three times, the latest of its key', () => {
  const recent = new Recent<number>();
  recent.set('a', 1);
  recent.set('b', 5);
  expect(recent.take(10)).toEqual([1, 5]);
  recent.set('a', 2);
  expect([recent.take(10), recent.take(10), recent.take(10), recent.take(10)]).toEqual([[2, 5], [2, 5], [2], []]);
});

test('says no more than it may, and those that wait before it repeats others', () => {
  const recent = new Recent<number>();
  for (let value = 0; value < 5; value += 1) recent.set(String(value), value);
  expect([recent.take(3), recent.take(3)]).toEqual([
    [0, 1, 2],
    [3, 4, 0],
  ]);
});
