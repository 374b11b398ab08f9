import { expect, test } from 'vitest';
import { Turns } from '../../src/cluster/turns.js';
import { createHeapClock } from '../../src/testing/heap-clock.js';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

test('a few are done at once, of many 256 in each turn of the event loop, in order and each once', async () => {
  const clock = createHeapClock();
  const done: number[] = [];
  const turns = new Turns<number>(clock, (each) => void done.push(each));
  turns.push(-1);
  expect(done).toEqual([-1]);
  await clock.advanceAsync(10);
  for (const each of [...numbers(1_000), ...numbers(1_000)]) turns.push(each);
  expect(done).toHaveLength(257);
  await clock.advanceAsync(10);
  expect(new Set(done).size).toBe(1_001);
  expect(done.slice(1, 1_001)).toEqual(numbers(1_000));
  expect(clock.pending).toBe(0);
});

test('one that is wanted goes first, and is not done again', async () => {
  const clock = createHeapClock();
  const done: number[] = [];
  const turns = new Turns<number>(clock, (each) => void done.push(each));
  for (const each of numbers(600)) turns.push(each);
  turns.hurry(599);
  turns.hurry(599);
  turns.hurry(7_000);
  expect(done.slice(256)).toEqual([599]);
  await clock.advanceAsync(10);
  expect(done).toHaveLength(600);
});

test('of those that take their time 256 are under way at once', async () => {
  const clock = createHeapClock();
  const finish: (() => void)[] = [];
  const turns = new Turns<number>(clock, () => new Promise<void>((resolve) => finish.push(resolve)));
  for (const each of numbers(600)) turns.push(each);
  await clock.advanceAsync(10);
  expect(finish).toHaveLength(256);
  for (const resolve of finish.slice(0, 100)) resolve();
  await clock.advanceAsync(10);
  expect(finish).toHaveLength(356);
});

test('what was forgotten is not done', async () => {
  const clock = createHeapClock();
  const done: number[] = [];
  const turns = new Turns<number>(clock, (each) => void done.push(each));
  for (const each of numbers(600)) turns.push(each);
  turns.clear();
  await clock.advanceAsync(10);
  expect([done.length, clock.pending]).toEqual([256, 0]);
  turns.push(1);
  expect(done.at(-1)).toBe(1);
});
