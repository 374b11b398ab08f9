import { expect, test } from 'vitest';
import { waitAtMost } from '../../src/cluster/wait.js';
import { createHeapClock } from '../../src/testing/heap-clock.js';

const late = () => new Error('late');

test('is over when the promise is, and leaves no timer', async () => {
  const clock = createHeapClock();
  expect(await waitAtMost(Promise.resolve(5), 100, clock, late)).toBe(5);
  await expect(waitAtMost(Promise.reject(new Error('no')), 100, clock, late)).rejects.toThrow('no');
  expect(clock.pending).toBe(0);
});

test('is over when the time has passed, and keeps the process alive until then', async () => {
  const held: string[] = [];
  const keepAlive = () => {
    held.push('hold');
    return () => held.push('let go');
  };
  const clock = Object.assign(createHeapClock(), { keepAlive });
  const waiting = waitAtMost(new Promise(() => {}), 100, clock, late);
  expect(held).toEqual(['hold']);
  clock.advance(100);
  await expect(waiting).rejects.toThrow('late');
  expect(held).toEqual(['hold', 'let go']);
});
