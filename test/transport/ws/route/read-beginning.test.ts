import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readBeginning } from '../../../../src/transport/ws/route/read-beginning.js';

const text = async (beginning: Promise<Buffer>) => (await beginning).toString();

test('reads to the end of a short body', async () => {
  const stream = new PassThrough();
  const beginning = readBeginning(stream);
  stream.write('one ');
  stream.end('two');
  expect(await text(beginning)).toBe('one two');
});

test('reads 4 KiB of a long one, and no more', async () => {
  const stream = new PassThrough();
  const beginning = readBeginning(stream);
  stream.write('x'.repeat(5_000));
  expect(await text(beginning)).toBe('x'.repeat(4_096));
  expect(stream.listenerCount('data')).toBe(0);
});

test('reads to its length where there is no end', async () => {
  const stream = new PassThrough();
  const beginning = readBeginning(stream, Buffer.from('on'), 3);
  stream.write('e and what follows');
  expect(await text(beginning)).toBe('one');
  expect(await text(readBeginning(new PassThrough(), Buffer.from('one'), 3))).toBe('one');
});

test('gives up after a second, with what is there', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const stream = new PassThrough();
  const beginning = readBeginning(stream);
  stream.write('because');
  await vi.advanceTimersByTimeAsync(1_100);
  expect(await text(beginning)).toBe('because');
});

test('an error, also a later one, is the end', async () => {
  const stream = new PassThrough();
  const beginning = readBeginning(stream, Buffer.from('so far'));
  stream.destroy(new Error('reset'));
  expect(await text(beginning)).toBe('so far');
  expect(await text(readBeginning(stream, Buffer.from('gone')))).toBe('gone');
  stream.emit('error', new Error('later'));
});
