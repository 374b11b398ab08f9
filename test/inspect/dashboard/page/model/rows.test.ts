import { describe, expect, test } from 'vitest';
import { windowFor, withAnswer } from '../../../../../src/inspect/dashboard/page/model/rows.js';

const answer = (asOf: number, first: number, rows: string[]) => ({ asOf, total: 100, of: 1000, first, rows });

describe('rows with an answer', () => {
  test('stand at their place in the whole result, beside those of the same order', () => {
    const rows = withAnswer(withAnswer(undefined, answer(1, 0, ['a', 'b'])), answer(1, 50, ['x']));
    expect([...rows.at]).toEqual([
      [0, 'a'],
      [1, 'b'],
      [50, 'x'],
    ]);
  });

  test('of another order replace those that were there', () => {
    const rows = withAnswer(withAnswer(undefined, answer(1, 0, ['a'])), answer(2, 5, ['x']));
    expect([...rows.at]).toEqual([[5, 'x']]);
  });

  test('are bounded, however far one scrolls', () => {
    let rows = withAnswer<string>(undefined, answer(1, 0, []));
    for (let first = 0; first < 100_000; first += 200) rows = withAnswer(rows, answer(1, first, Array(200).fill('x')));
    expect(rows.at.size).toBeLessThanOrEqual(2_000);
    expect(rows.at.has(99_999)).toBe(true);
  });
});

describe('the window to look at', () => {
  test('holds the visible rows and some around them', () => {
    expect(windowFor({ first: 500, count: 40 }, undefined)).toEqual({ first: 470, count: 100 });
  });

  test('begins with the first row at the earliest', () => {
    expect(windowFor({ first: 0, count: 40 }, undefined)).toEqual({ first: 0, count: 70 });
  });

  test('stays while it holds the visible rows with some to spare', () => {
    const had = { first: 470, count: 100 };
    expect(windowFor({ first: 510, count: 40 }, had)).toBe(had);
    expect(windowFor({ first: 535, count: 40 }, had)).not.toBe(had);
    expect(windowFor({ first: 470, count: 40 }, had)).not.toBe(had);
  });

  test('asks for at most 200 rows', () => {
    expect(windowFor({ first: 1000, count: 5000 }, undefined).count).toBe(200);
  });
});
