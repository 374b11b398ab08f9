import { expect, test } from 'vitest';
import { createHeapClock } from '../../src/testing/heap-clock.js';
import { MemoryPipe } from '../../src/testing/memory-pipe.js';
import { settled } from '../support/settled.js';

function aPipe() {
  const clock = createHeapClock();
  const pipe = new MemoryPipe(clock);
  const out: string[] = [];
  return { clock, pipe, out, put: (text: string, delayMs?: number) => pipe.push(() => out.push(text), delayMs) };
}

test('what goes in comes out in order, later and not at once', async () => {
  const { out, put } = aPipe();
  put('a');
  put('b');
  expect(out).toEqual([]);
  await settled();
  expect(out).toEqual(['a', 'b']);
});

test('a delay holds up what follows', async () => {
  const { clock, out, put } = aPipe();
  put('a', 100);
  put('b');
  await clock.advanceAsync(99);
  expect(out).toEqual([]);
  await clock.advanceAsync(1);
  expect(out).toEqual(['a', 'b']);
});

test('what is held comes out when it is released, and what is cut never does', async () => {
  const { out, pipe, put } = aPipe();
  pipe.hold();
  put('a');
  await settled();
  expect(out).toEqual([]);
  pipe.release();
  await settled();
  expect(out).toEqual(['a']);
  put('b');
  pipe.cut();
  put('c');
  await settled();
  expect(out).toEqual(['a']);
});
