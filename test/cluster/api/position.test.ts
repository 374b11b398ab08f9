import { expect, test } from 'vitest';
import { copyOfPosition, formatPosition, parsePosition, positionOf } from '../../../src/cluster/api/position.js';

test('a position is the same after it was written and read', () => {
  const position = positionOf('2026-11-29T18-09-42', { offset: 57, at: 1_796_000_000_000.75 });
  expect(position.at).toBe(1_796_000_000_000);
  expect(parsePosition(formatPosition(position))).toEqual(position);
});

test.each([
  '',
  'x',
  'a:1',
  'a:1:2:3',
  'a:-1:2',
  'a:1.5:2',
  'a:99999999999999999:2',
  'a:9007199254740993:2',
  ' a:1:2',
  'a b:1:2',
  `${'a'.repeat(129)}:1:2`,
  undefined,
  5,
  {},
])('%j is no position', (text) => {
  expect(parsePosition(text)).toBeUndefined();
});

test('a copy has what a position has, and nothing else', () => {
  expect(copyOfPosition({ epoch: 'a', offset: 1, at: 2, more: 3 })).toEqual({ epoch: 'a', offset: 1, at: 2 });
  for (const odd of [null, 5, { epoch: 'a', offset: '1', at: 2 }, { epoch: 'a', offset: Number.NaN, at: 2 }])
    expect(copyOfPosition(odd)).toBeUndefined();
});
