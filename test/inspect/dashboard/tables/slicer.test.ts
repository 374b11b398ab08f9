import { expect, test } from 'vitest';
import { type Job, Slicer } from '../../../../src/inspect/dashboard/tables/slicer.js';

/** Time that passes by 1 ms whenever a job has done a piece of work. */
function aSlicer() {
  let now = 0;
  const slicer = new Slicer(() => now);
  function* work(name: string, pieces: number, log: string[]): Job {
    for (let piece = 0; piece < pieces; piece += 1) {
      now += 1;
      log.push(name);
      yield;
    }
  }
  return { slicer, work };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('all jobs together take no more than one slice of a turn, and take turns', async () => {
  const { slicer, work } = aSlicer();
  const log: string[] = [];
  slicer.run(work('a', 5, log), () => log.push('a is done'));
  slicer.run(work('b', 1, log), () => log.push('b is done'));
  expect(log).toEqual([]);
  await turn();
  expect(log).toEqual(['a', 'b', 'a', 'b is done', 'a']);
  await turn();
  expect(log.slice(5)).toEqual(['a', 'a', 'a is done']);
});

test('a job that is called off does nothing more, and is not done', async () => {
  const { slicer, work } = aSlicer();
  const log: string[] = [];
  const callOff = slicer.run(work('a', 10, log), () => log.push('done'));
  await turn();
  callOff();
  await turn();
  expect(log).toEqual(['a', 'a', 'a', 'a']);
});

test('stop calls every job off', async () => {
  const { slicer, work } = aSlicer();
  const log: string[] = [];
  slicer.run(work('a', 10, log), () => log.push('done'));
  slicer.stop();
  await turn();
  expect(log).toEqual([]);
});

test('a job that is done may start another one', async () => {
  const { slicer, work } = aSlicer();
  const log: string[] = [];
  slicer.run(work('a', 1, log), () => slicer.run(work('b', 1, log), () => log.push('done')));
  await turn();
  await turn();
  expect(log).toEqual(['a', 'b', 'done']);
});
