import { PassThrough, Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { LONGEST_BYTES, linesOf, nothing, wholeOf } from '../../../src/cli/process/stdin-input.js';

const allOf = async (read: AsyncIterable<Buffer>) => {
  const all: string[] = [];
  for await (const piece of read) all.push(piece.toString('latin1'));
  return all;
};
const streamOf = (...chunks: string[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk, 'latin1')));

describe('lines', () => {
  test.each([
    [
      ['one\n', 'two\n'],
      ['one', 'two'],
    ],
    [
      ['o', 'ne\r', '\ntw', 'o'],
      ['one', 'two'],
    ],
    [['\n\r\nx'], ['', '', 'x']],
    [['a\rb\n'], ['a\rb']],
    [['\u0000\u00ff\n'], ['\u0000\u00ff']],
    [[''], []],
    [[], []],
  ])('of %j are %j', async (chunks, lines) => {
    expect(await allOf(linesOf(streamOf(...chunks)))).toEqual(lines);
  });

  // A reader that takes a line separator of Unicode for an end cuts JSON in two.
  test('end nowhere but at LF', async () => {
    const line = '{"a":"b\u2028c\u2029d\u0085"}';
    const [read] = await allOf(linesOf(Readable.from([Buffer.from(`${line}\n`)])));
    expect(Buffer.from(read ?? '', 'latin1').toString()).toBe(line);
  });

  test('come as soon as they are there', async () => {
    const stream = new PassThrough();
    const lines = linesOf(stream);
    stream.write('first\nsec');
    expect((await lines.next()).value?.toString()).toBe('first');
    stream.end('ond');
    expect((await lines.next()).value?.toString()).toBe('second');
    expect((await lines.next()).done).toBe(true);
  });

  test('end when the stream is closed, also while one is awaited', async () => {
    const stream = new PassThrough();
    const all = allOf(linesOf(stream));
    stream.write('one\ntw');
    await new Promise((resolve) => setImmediate(resolve));
    stream.destroy();
    expect(await all).toEqual(['one', 'tw']);
  });

  test('do not hide that the stream failed', async () => {
    const stream = new PassThrough();
    const all = allOf(linesOf(stream));
    stream.destroy(new Error('EIO'));
    await expect(all).rejects.toThrow(new Error('EIO'));
  });
});

describe('the whole', () => {
  test.each([
    [['a\n', 'b\r\n'], ['a\nb\r\n']],
    [[''], []],
    [[], []],
  ])('of %j is %j', async (chunks, whole) => {
    expect(await allOf(wholeOf(streamOf(...chunks)))).toEqual(whole);
  });
});

test.each([
  ['a line', linesOf],
  ['the whole', wholeOf],
])('%s has a bound', async (_what, read) => {
  const mebibytes = Array.from({ length: LONGEST_BYTES / 1_048_576 + 1 }, () => Buffer.alloc(1_048_576));
  await expect(allOf(read(Readable.from(mebibytes)))).rejects.toThrow(
    'stdin has a message of more than 67108864 bytes, which is the most.',
  );
});

test('nothing is nothing', async () => {
  expect(await allOf(nothing())).toEqual([]);
});
