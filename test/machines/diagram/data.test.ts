import { expect, test } from 'vitest';
import { dataOf, describeValue, isData, memberOf } from '../../../src/machines/diagram/data.js';

const circle: Record<string, unknown> = { a: 1 };
circle['again'] = circle;
const twice = { a: 1 };

test.each([
  [null, true],
  [{ a: [1, 'x', true] }, true],
  [{ a: undefined, b: 1 }, true],
  [{ one: twice, other: twice }, true],
  [() => {}, false],
  [{ a: () => {} }, false],
  [Number.NaN, false],
  [1n, false],
  [new Map(), false],
  [circle, false],
])('data is what JSON can carry (%#)', (value, expected) => {
  expect(isData(value)).toBe(expected);
  expect(describeValue(value)).toEqual({ isStatic: expected, value });
});

test.each([
  [{ a: () => {}, b: { c: 1n, d: 2 } }, { b: { d: 2 } }],
  [
    [1, () => {}, 3],
    [1, null, 3],
  ],
  [circle, { a: 1 }],
  [new Date(0), undefined],
  ['text', 'text'],
  [() => {}, undefined],
])('the data of a value is the part that JSON can carry (%#)', (value, expected) => {
  expect(dataOf(value)).toEqual(expected);
});

test('nothing has no members', () => {
  expect([memberOf(null, 'a'), memberOf('text', 'length'), memberOf({ a: 1 }, 'a')]).toEqual([undefined, undefined, 1]);
});
