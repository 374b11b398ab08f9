import { expect, test } from 'vitest';
import { EarlyEntries } from '../../../src/cluster/history/early-entries.js';

const entry = (offset: number, previous: number, bytes = 1) => ({
  offset,
  previous,
  at: 0,
  payload: Buffer.alloc(bytes),
  headers: {},
});

test('gives the entry that is next, and drops those that are past', () => {
  const early = new EarlyEntries();
  for (const each of [entry(9, 7), entry(5, 3), entry(7, 5)]) expect(early.keep(each)).toBe(true);
  expect(early.takeAfter(2)).toBeUndefined();
  expect(early.takeAfter(3)?.offset).toBe(5);
  expect(early.takeAfter(3)).toBeUndefined();
  expect(early.takeAfter(7)?.offset).toBe(9);
  expect(early.takeAfter(5)).toBeUndefined();
});

test('is bounded, in entries and in bytes', () => {
  const early = new EarlyEntries();
  for (let offset = 2; offset < 514; offset += 1) expect(early.keep(entry(offset, offset - 1))).toBe(true);
  expect(early.keep(entry(600, 599))).toBe(false);
  expect(early.keep(entry(2, 1))).toBe(true);
  early.clear();
  expect(early.keep(entry(2, 1, 1_048_576))).toBe(true);
  expect(early.keep(entry(3, 2))).toBe(false);
});
