import { inflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { prepare } from '../../../../src/transport/protocol/prepared.js';
import { createCompressor } from '../../../../src/transport/ws/deflate/compressor.js';
import { sharedMessage } from '../../../../src/transport/ws/write/shared-message.js';
import { parseFrames } from '../../../support/frame-bytes.js';

const compressorOf = (windowBits: number) => createCompressor({ windowBits, keepsContext: false }, undefined);

test('is compressed, framed, and counted as it was before', () => {
  const prepared = prepare('a text '.repeat(300));
  const queued = sharedMessage(prepared, 'key', compressorOf(15)).queued;
  expect(queued?.payloadBytes).toBe(2100);
  const [frame] = parseFrames(queued?.framed as Buffer).frames;
  expect(frame).toMatchObject({ opcode: 1, rsv: 4, fin: true });
  expect(inflateRawSync(Buffer.concat([frame?.payload as Buffer, Buffer.of(0, 0, 0xff, 0xff, 3, 0)])).toString()).toBe(
    'a text '.repeat(300),
  );
});

test('is the same for the same key, and another for another', () => {
  const prepared = prepare(Buffer.alloc(2000));
  const first = sharedMessage(prepared, 'one', compressorOf(15));
  expect(sharedMessage(prepared, 'one', compressorOf(15))).toBe(first);
  expect(sharedMessage(prepared, 'other', compressorOf(9))).not.toBe(first);
  expect(sharedMessage(prepare(Buffer.alloc(2000)), 'one', compressorOf(15))).not.toBe(first);
});

test('callbacks for a long one run in the order of the calls, and later callers find it ready', async () => {
  const prepared = prepare(Buffer.alloc(100_000));
  const message = sharedMessage(prepared, 'key', compressorOf(15));
  expect(message.queued).toBeUndefined();
  const called: string[] = [];
  await new Promise<void>((resolve) => {
    message.whenReady(() => called.push('first'));
    message.whenReady(() => {
      called.push('second');
      resolve();
    });
  });
  expect(called).toEqual(['first', 'second']);
  expect(message.queued?.framed.length).toBeLessThan(1000);
});

test('what zlib cannot compress goes out as it was prepared', () => {
  const prepared = prepare(Buffer.alloc(2000));
  const compressor = {
    ...compressorOf(15),
    compressNow: () => undefined,
    compress: (_data: Buffer, done: (compressed: undefined) => void) => done(undefined),
  };
  expect(sharedMessage(prepared, 'key', compressor as never).queued).toBe(prepared);
});
