import { createHook } from 'node:async_hooks';
import { describe, expect, test } from 'vitest';
import { compressLater, compressNow } from '../../../../src/transport/ws/deflate/compress.js';
import type { DeflateSettings } from '../../../../src/transport/ws/deflate/deflate-stream.js';
import { deflateOf, inflatedBy } from '../reader-events.js';

const SETTINGS: DeflateSettings = { windowBits: 15, level: undefined };

const later = (data: Buffer, settings = SETTINGS) =>
  new Promise<Buffer>((resolve, reject) =>
    compressLater(data, settings, (compressed) =>
      compressed === undefined ? reject(new Error('not compressed')) : resolve(compressed),
    ),
  );

const ways = [
  ['at once', async (data: Buffer, settings = SETTINGS) => compressNow(data, settings)],
  ['in the background', later],
] as const;

/** Bytes that look random, the same in each run. */
const noise = (size: number) => Buffer.from(Array.from({ length: size }, (_, i) => (i * i * 2_654_435_761) >>> 13));

describe.each(ways)('%s', (_name, compress) => {
  test.each([8, 9, 11, 15])('a peer with a window of 2 ** %i inflates each message by itself', async (windowBits) => {
    for (const size of [1, 2, 100, 249, 250, 251, 1000, 2048, 3834, 3835, 20_000]) {
      for (const data of [Buffer.alloc(size, 'wirekeeper'), noise(size)]) {
        // A new peer for each: whatever refers back to the message before would be found out.
        const peer = deflateOf(true, 0, { client_max_window_bits: [String(windowBits)] });
        expect((await inflatedBy(peer, await compress(data, { windowBits, level: undefined }))).equals(data)).toBe(
          true,
        );
        peer.cleanup();
      }
    }
  });

  test('the level is heeded', async () => {
    const data = Buffer.from('abcdefgh'.repeat(100));
    expect((await compress(data, { windowBits: 15, level: 0 })).length).toBeGreaterThan(800);
    expect((await compress(data, { windowBits: 15, level: 9 })).length).toBeLessThan(100);
  });
});

test('an empty message is what RFC 7692 section 7.2.3.6 has for it', () => {
  expect(compressNow(Buffer.alloc(0), SETTINGS)).toEqual(Buffer.of(0));
});

test('many messages in the background share a few streams', async () => {
  let streams = 0;
  const hook = createHook({
    init: (_id, type) => {
      if (type === 'ZLIB') streams += 1;
    },
  });
  const data = Buffer.alloc(50_000, 'wirekeeper');
  hook.enable();
  for (let round = 0; round < 10; round++) await Promise.all(Array.from({ length: 4 }, () => later(data)));
  hook.disable();
  expect(streams).toBeLessThanOrEqual(4);
});

test('more at once than there are streams to keep are compressed too', async () => {
  const data = Buffer.alloc(50_000, 'wirekeeper');
  const expected = await later(data);
  for (const compressed of await Promise.all(Array.from({ length: 30 }, () => later(data))))
    expect(compressed.equals(expected)).toBe(true);
});
