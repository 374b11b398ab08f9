import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeSort } from '../../../../src/inspect/dashboard/tables/merge-sort.js';

function sorted(keys: readonly number[]): { readonly order: readonly number[]; readonly pauses: number } {
  let order: readonly number[] = [];
  let pauses = 0;
  const compare = (a: number, b: number) => (keys[a] ?? 0) - (keys[b] ?? 0);
  for (const _ of mergeSort(keys.length, compare, (found) => {
    order = [...found];
  }))
    pauses += 1;
  return { order, pauses };
}

test('gives the order that sort gives, equal ones in theirs', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 3000, size: 'max' }), (keys) => {
      const wanted = keys.map((_, index) => index).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
      expect(sorted(keys).order).toEqual(wanted);
    }),
    { numRuns: 50 },
  );
});

test('pauses at least once for each thousand comparisons', () => {
  const keys = Array.from({ length: 20_000 }, (_, index) => (index * 7919) % 20_011);
  expect(sorted(keys).pauses).toBeGreaterThan(200);
});
