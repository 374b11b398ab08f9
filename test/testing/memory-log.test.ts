import { expect, test } from 'vitest';
import { createHeapClock } from '../../src/testing/heap-clock.js';
import { MemoryLog } from '../../src/testing/memory-log.js';

function aLog() {
  const clock = createHeapClock();
  const log = new MemoryLog('e', { name: 'log', messages: 3, ageMs: 10_000 }, clock);
  const append = (key: string) => log.append(key, { payload: Buffer.from(key), headers: {} });
  const offsets = (key: string, after: number, limit = 10) => {
    const { entries, isComplete } = log.read(key, { offset: after, at: 0 }, limit);
    return [entries.map(({ offset }) => offset), isComplete];
  };
  return { clock, log, append, offsets };
}

test('offsets grow over all keys, and each entry has the one before it with its key', () => {
  const { append, offsets } = aLog();
  const entries = ['a', 'b', 'a'].map(append);
  expect(entries.map(({ offset, previous }) => [offset, previous])).toEqual([
    [1, 0],
    [2, 0],
    [3, 1],
  ]);
  expect(offsets('a', 0)).toEqual([[1, 3], true]);
  expect(offsets('a', 0, 1)).toEqual([[1], true]);
  expect(offsets('c', 0)).toEqual([[], true]);
});

test('keeps so many of each key, and knows what it has dropped', () => {
  const { append, log, offsets } = aLog();
  for (let count = 0; count < 5; count += 1) append('a');
  expect(offsets('a', 1)).toEqual([[3, 4, 5], false]);
  expect(offsets('a', 2)).toEqual([[3, 4, 5], true]);
  expect(log.last('a')?.offset).toBe(5);
});

test('keeps them so long, and an entry after them has the offset of the last one', () => {
  const { append, clock, log, offsets } = aLog();
  append('a');
  clock.advance(10_001);
  expect([log.last('a'), offsets('a', 0), offsets('a', 1)]).toEqual([undefined, [[], false], [[], true]]);
  expect(append('a').previous).toBe(1);
});
