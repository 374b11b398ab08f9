import { expect, test } from 'vitest';
import { rowAfterKey } from '../../../../../src/inspect/dashboard/page/model/grid-keys.js';

test.each([
  ['ArrowDown', 5, 6],
  ['ArrowDown', 99, 99],
  ['ArrowUp', 5, 4],
  ['ArrowUp', 0, 0],
  ['PageDown', 5, 25],
  ['PageDown', 95, 99],
  ['PageUp', 5, 0],
  ['Home', 5, 0],
  ['End', 5, 99],
  ['a', 5, undefined],
  ['Tab', 5, undefined],
])('%s leads from row %d to %s of 100', (key, active, next) => {
  expect(rowAfterKey(key, active, 100, 20)).toBe(next);
});

test('no key leads anywhere in an empty table', () => expect(rowAfterKey('End', 0, 0, 20)).toBeUndefined());
