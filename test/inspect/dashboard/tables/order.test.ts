import { expect, test } from 'vitest';
import { comparing, isIn, numberedKey } from '../../../../src/inspect/dashboard/tables/order.js';

const order = (keys: readonly (number | string | undefined)[], isDescending: boolean) =>
  keys
    .map((_, index) => index)
    .sort(comparing(keys, isDescending))
    .map((index) => keys[index]);

test.each([
  [[3, 1, 2], false, [1, 2, 3]],
  [[3, 1, 2], true, [3, 2, 1]],
  [['b', 'a'], false, ['a', 'b']],
  [[undefined, 2, undefined, 1], false, [1, 2, undefined, undefined]],
  [[undefined, 2, undefined, 1], true, [2, 1, undefined, undefined]],
])('%j, descending %j: %j', (keys, isDescending, wanted) => {
  expect(order(keys, isDescending)).toEqual(wanted);
});

test('ids are in the order of their numbers', () => {
  const ids = ['c10', 'c9', 'dialer-2', 'c1'];
  expect(ids.toSorted((a, b) => (numberedKey(a) < numberedKey(b) ? -1 : 1))).toEqual(['c1', 'c9', 'c10', 'dialer-2']);
});

test('a text is found whatever its case; nothing is in what is not there', () => {
  expect([isIn('/Room/A', 'room/a'), isIn('/room', 'x'), isIn(undefined, '')]).toEqual([true, false, false]);
});
