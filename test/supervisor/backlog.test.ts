import { expect, test } from 'vitest';
import { Backlog } from '../../src/supervisor/backlog.js';
import { settled } from '../support/settled.js';

/** A frame whose payload is a small view of a large read. */
function view(text: string) {
  const read = Buffer.allocUnsafeSlow(1000);
  return { data: read.subarray(10, 10 + read.write(text, 10)), isBinary: false };
}

test('frames come out in the order they came in, and are counted in bytes', () => {
  const backlog = new Backlog(view('0'));
  for (let i = 1; i < 5000; i++) backlog.push(view(String(i)));
  const texts: string[] = [];
  for (let i = 0; i < 3000; i++) texts.push(backlog.shift().data.toString());
  expect(texts).toEqual(Array.from({ length: 3000 }, (_, i) => String(i)));
  expect([backlog.length, backlog.bytes]).toEqual([2000, 2000 * 4]);
  backlog.clear();
  expect([backlog.length, backlog.bytes]).toEqual([0, 0]);
});

test('small frames that still wait in the next turn of the loop let go of the read they came in', async () => {
  const backlog = new Backlog(view('first'));
  backlog.push(view('second'));
  await settled();
  const late = view('third');
  backlog.push(late);
  expect(backlog.shift().data.buffer.byteLength).toBeLessThan(1000 * 9);
  const second = backlog.shift().data;
  expect(second.toString()).toBe('second');
  expect(second.buffer).not.toBe(late.data.buffer);
  await settled();
  const third = backlog.shift().data;
  expect(third.toString()).toBe('third');
  expect(third.buffer).not.toBe(late.data.buffer);
});
