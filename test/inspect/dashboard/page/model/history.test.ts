import { describe, expect, test } from 'vitest';
import { binned, emptyHistory, stacked, withSample } from '../../../../../src/inspect/dashboard/page/model/history.js';
import type { Sample } from '../../../../../src/inspect/dashboard/protocol/overview.js';
import { aSample } from '../../../../support/a-sample.js';

const sampleAt = (at: number, open: number, endings: Sample['endings'] = {}): Sample => aSample({ at, open, endings });

describe('a history with one more sample', () => {
  test('is longer by it in every column, until the oldest leaves', () => {
    const history = [1, 2, 3, 4].reduce((had, at) => withSample(had, sampleAt(at, at * 10), 3), emptyHistory());
    expect(history.at).toEqual([2, 3, 4]);
    expect(history.open).toEqual([20, 30, 40]);
    expect(history.rss).toHaveLength(3);
  });

  test('has zeros for a trigger before its first ending, and for one without an ending now', () => {
    const first = withSample(emptyHistory(), sampleAt(1, 0, { idle: 2 }), 10);
    const { endings } = withSample(first, sampleAt(2, 0, { drained: 5 }), 10);
    expect(endings).toEqual({ idle: [2, 0], drained: [0, 5] });
  });

  test('is the same when the sample is not later than the last: a history and an overview may overlap', () => {
    const history = withSample(emptyHistory(), sampleAt(5, 1), 10);
    expect(withSample(history, sampleAt(5, 2), 10)).toBe(history);
  });
});

describe('bins', () => {
  test('have the sums of their samples', () => {
    expect(binned([0, 1000, 2000, 3000, 4000], [[1, 2, 3, 4, 5]], 2)).toEqual({
      at: [1000, 3000, 5000],
      columns: [[3, 7, 5]],
    });
  });

  test('keep their samples while the history moves on', () => {
    const all = binned([0, 1000, 2000, 3000], [[1, 2, 3, 4]], 2);
    const later = binned([1000, 2000, 3000], [[2, 3, 4]], 2);
    expect(later.columns[0]?.at(-1)).toBe(all.columns[0]?.at(-1));
    expect(later.at.at(-1)).toBe(all.at.at(-1));
  });

  test('of nothing are none', () => expect(binned([], [[]], 10)).toEqual({ at: [], columns: [[]] }));
});

test('stacked columns stand on those before them', () => {
  expect(
    stacked([
      [1, 2],
      [10, 20],
      [0, 5],
    ]),
  ).toEqual([
    [1, 2],
    [11, 22],
    [11, 27],
  ]);
});
