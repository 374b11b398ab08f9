import { describe, expect, test } from 'vitest';
import { pickShare, scheduleOf, turnOf } from '../../../src/supervisor/drain/drain-schedule.js';

/** Chance that repeats the numbers given. */
function chance(...numbers: number[]): () => number {
  let i = 0;
  return () => numbers[i++ % numbers.length] ?? 0;
}

const nobodyWaits = () => false;

describe('turns', () => {
  test('are spread evenly, the first at once', () => {
    const schedule = scheduleOf(['a', 'b', 'c', 'd'], nobodyWaits, 1_000, Math.random);
    expect([0, 1, 2, 3].map((index) => turnOf(schedule, index))).toEqual([0, 250, 500, 750]);
  });

  test('of those that wait for a handler come last, and the last of all after the whole time', () => {
    const schedule = scheduleOf([1, 2, 3, 4], (n) => n % 2 === 0, 1_000, Math.random);
    expect(schedule.order.slice(0, 2).toSorted((a, b) => a - b)).toEqual([1, 3]);
    expect(schedule.order.slice(2).toSorted((a, b) => a - b)).toEqual([2, 4]);
    expect([0, 1, 2, 3].map((index) => turnOf(schedule, index))).toEqual([0, 250, 750, 1_000]);
  });

  test('never go backwards, in any order of waiting', () => {
    const schedule = scheduleOf(
      Array.from({ length: 100 }, (_, n) => n),
      (n) => n % 3 === 0,
      777,
      Math.random,
    );
    const turns = schedule.order.map((_, index) => turnOf(schedule, index));
    expect(turns).toEqual(turns.toSorted((a, b) => a - b));
    expect([turns[0], turns.at(-1)]).toEqual([0, 777]);
  });

  test('are all at once without a spread', () => {
    const schedule = scheduleOf([1, 2], nobodyWaits, 0, Math.random);
    expect([turnOf(schedule, 0), turnOf(schedule, 1)]).toEqual([0, 0]);
  });
});

test('the order is a matter of chance, not of age', () => {
  expect(scheduleOf(['a', 'b', 'c'], nobodyWaits, 0, chance(0)).order).toEqual(['b', 'c', 'a']);
  expect(scheduleOf(['a', 'b', 'c'], nobodyWaits, 0, chance(0.99)).order).toEqual(['a', 'b', 'c']);
  const list = ['a', 'b', 'c'];
  scheduleOf(list, nobodyWaits, 0, chance(0));
  expect(list).toEqual(['a', 'b', 'c']);
});

test.each([
  [10, 0.2, 2],
  [3, 0.2, 1],
  [2, 0.2, 0],
  [100, 0.07, 7],
  [7, 1, 7],
  [0, 0.5, 0],
])('of %d, a share of %d is %d, none twice', (count, share, expected) => {
  const picked = pickShare(
    Array.from({ length: count }, (_, n) => n),
    share,
    Math.random,
  );
  expect(new Set(picked).size).toBe(expected);
  expect(picked).toHaveLength(expected);
});
