import { expect, test } from 'vitest';
import { type Scan, scan } from '../../../../src/inspect/dashboard/tables/scan.js';

function found(options: Partial<Scan<number>>): readonly number[] {
  const items = options.items ?? [3, 1, 4, 1, 5, 9, 2, 6];
  let result: readonly number[] = [];
  const job = scan(
    { items, size: 8, pick: (item) => ({ key: item }), isDescending: false, isSorted: false, ...options },
    (all: readonly number[]) => {
      result = all;
    },
  );
  for (const _ of job);
  return result;
}

test('finds the items that are picked, in the order of their keys', () => {
  expect(found({})).toEqual([1, 1, 2, 3, 4, 5, 6, 9]);
  expect(found({ pick: (item) => (item > 3 ? { key: item } : undefined), isDescending: true })).toEqual([9, 6, 5, 4]);
});

test('items that come in order stay so, or are turned round', () => {
  expect(found({ isSorted: true })).toEqual([3, 1, 4, 1, 5, 9, 2, 6]);
  expect(found({ isSorted: true, isDescending: true })).toEqual([6, 2, 9, 5, 1, 4, 1, 3]);
});

test('ends although items come faster than they are looked at', () => {
  const growing = new Set([0]);
  const pick = (item: number) => {
    growing.add(item + 1);
    return { key: item };
  };
  expect(found({ items: growing, size: 1, pick }).length).toBeLessThan(100);
});
