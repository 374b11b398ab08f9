import { constants, deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { InflateStream } from '../../../../src/transport/ws/deflate/inflate-stream.js';
import { closeCodeOf } from '../../../../src/transport/ws/package/ws.js';

const flushed = (data: Buffer | string) => deflateRawSync(data, { finishFlush: constants.Z_SYNC_FLUSH });

const inflate = (stream: InflateStream, data: Buffer) =>
  new Promise<Buffer | Error>((resolve) => stream.inflate(data, resolve));

test('inflates parts as they come', async () => {
  const stream = new InflateStream(15, undefined, 1_000_000);
  const whole = flushed('part by part '.repeat(10_000));
  const parts = [await inflate(stream, whole.subarray(0, 10)), await inflate(stream, whole.subarray(10))] as Buffer[];
  expect(Buffer.concat(parts).toString()).toBe('part by part '.repeat(10_000));
  expect(stream.hasEnded).toBe(false);
  stream.close();
});

test('goes on from the history it is given', async () => {
  const dictionary = Buffer.from('words that were before');
  const stream = new InflateStream(15, dictionary, 1000);
  expect(
    String(
      await inflate(
        stream,
        deflateRawSync('words that were before', { dictionary, finishFlush: constants.Z_SYNC_FLUSH }),
      ),
    ),
  ).toBe('words that were before');
  stream.close();
});

test('stops within a chunk of what is allowed, however much would come', async () => {
  const stream = new InflateStream(15, undefined, 100_000);
  const bomb = flushed(Buffer.alloc(50 * 1024 * 1024));
  const before = process.memoryUsage().arrayBuffers;
  const result = await inflate(stream, bomb);
  expect(closeCodeOf(result as Error)).toBe(1009);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * 1024 * 1024);
});

test('says what zlib says of what is no compressed data', async () => {
  expect(
    closeCodeOf((await inflate(new InflateStream(15, undefined, 1000), Buffer.of(0xff, 0xff, 0xff))) as Error),
  ).toBe(1007);
});

test('reads nothing behind a last block', async () => {
  const stream = new InflateStream(15, undefined, 1000);
  expect(String(await inflate(stream, Buffer.concat([deflateRawSync('all'), flushed('more')])))).toBe('all');
  expect(stream.hasEnded).toBe(true);
  stream.close();
});
