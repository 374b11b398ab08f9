import { inflateRawSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { DeflateStream } from '../../../../src/transport/ws/deflate/deflate-stream.js';
import { compressedBy, deflateOf, inflatedBy } from '../reader-events.js';

let stream: DeflateStream | undefined;

afterEach(() => stream?.close());

function open() {
  stream = new DeflateStream({ windowBits: 15, level: undefined });
  return stream;
}

function compress(to: DeflateStream, text: string): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    to.compress(Buffer.from(text), (data) =>
      data === undefined ? reject(new Error('not compressed')) : resolve(data),
    ),
  );
}

test('makes what ws makes, message by message, each referring to those before', async () => {
  const own = open();
  const theirs = deflateOf(false, 0);
  for (const text of ['first '.repeat(100), 'first '.repeat(100), 'x'.repeat(100_000)]) {
    expect((await compress(own, text)).equals(await compressedBy(theirs, Buffer.from(text)))).toBe(true);
  }
  theirs.cleanup();
});

test('refers to nothing that was before a reset', async () => {
  const own = open();
  const first = await compress(own, 'the same words');
  own.reset();
  expect(await compress(own, 'the same words')).toEqual(first);
  expect(inflateRawSync(Buffer.concat([first, Buffer.of(0, 0, 0xff, 0xff, 3, 0)])).toString()).toBe('the same words');
});

test('gives long messages whole', async () => {
  const own = open();
  const peer = deflateOf(true, 0);
  const noise = Array.from({ length: 100_000 }, (_, i) => String.fromCharCode(33 + ((i * i * 31) % 90))).join('');
  for (const text of [noise, 'short', noise.slice(7)])
    expect((await inflatedBy(peer, await compress(own, text))).toString()).toBe(text);
  peer.cleanup();
});
