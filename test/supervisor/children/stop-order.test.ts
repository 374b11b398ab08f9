import { expect, test } from 'vitest';
import { stopOrder } from '../../../src/supervisor/children/stop-order.js';

// Upper case: waits for those before it.
test.each([
  ['', ''],
  ['a', 'a'],
  ['abc', 'abc'],
  ['A', 'A'],
  ['ABC', 'A B C'],
  ['aB', 'a B'],
  ['Ab', 'A b'],
  ['abCdeFGh', 'ab C de F G h'],
])('%j is stopped as %j', (children, groups) => {
  const order = stopOrder(children.split(''), (child) => child === child.toLowerCase());
  expect([...order].map((group) => group.join('')).join(' ')).toBe(groups);
});

test('mayEndTogether is called when the turn of a child has come', () => {
  let mayEnd = true;
  const order = stopOrder(['A', 'b', 'c'], (child) => child !== 'A' && mayEnd)[Symbol.iterator]();
  expect(order.next().value).toEqual(['A']);
  mayEnd = false;
  expect(order.next().value).toEqual(['b']);
});
