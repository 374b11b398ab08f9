import { describe, expect, test } from 'vitest';
import { type Compressor, createCompressor } from '../../../../src/transport/ws/deflate/compressor.js';
import { compressedBy, deflateOf, inflatedBy } from '../reader-events.js';

const KIB = 1024;

const later = (compressor: Compressor, data: Buffer) =>
  new Promise<Buffer | undefined>((resolve) => compressor.compress(data, resolve));

describe('without context', () => {
  const open = (level?: number) => createCompressor({ windowBits: 15, keepsContext: false }, level);

  test('short messages are compressed at once, and somewhat longer ones if that is for many', () => {
    for (const [size, isShared, isNow] of [
      [4 * KIB, false, true],
      [4 * KIB + 1, false, false],
      [16 * KIB, true, true],
      [16 * KIB + 1, true, false],
    ] as const) {
      expect(open().compressNow(Buffer.alloc(size), isShared) !== undefined).toBe(isNow);
    }
  });

  test('compressors share what comes out the same', () => {
    expect(open().shareKey).toBe(open().shareKey);
    const others = [open(1), createCompressor({ windowBits: 9, keepsContext: false }, undefined)];
    expect(new Set([open(), ...others].map(({ shareKey }) => shareKey)).size).toBe(3);
  });

  test('it goes on after others were closed: nothing is its own', async () => {
    open().close();
    expect(await later(open(), Buffer.alloc(5000))).toBeInstanceOf(Buffer);
  });
});

describe('with context', () => {
  const open = (windowBits = 15) => createCompressor({ windowBits, keepsContext: true }, undefined);

  test('messages are of use to one connection only, and compressed in the background', () => {
    const compressor = open();
    expect(compressor.shareKey).toBeUndefined();
    expect(compressor.compressNow(Buffer.from('short'), false)).toBeUndefined();
  });

  test('a message refers to those before it, as with ws', async () => {
    const compressor = open(10);
    const theirs = deflateOf(false, 0, { client_max_window_bits: ['10'] });
    const peer = deflateOf(true, 0, { client_max_window_bits: ['10'] });
    for (const text of ['the same words again and again', 'the same words again and again', 'x'.repeat(20_000)]) {
      const compressed = (await later(compressor, Buffer.from(text))) as Buffer;
      expect(compressed.equals(await compressedBy(theirs, Buffer.from(text)))).toBe(true);
      expect((await inflatedBy(peer, compressed)).toString()).toBe(text);
    }
    compressor.close();
    theirs.cleanup();
    peer.cleanup();
  });

  test('empty messages in a row are no trouble', async () => {
    const compressor = open();
    const peer = deflateOf(true, 0);
    for (const text of ['', 'words', '', '', 'words']) {
      const data = Buffer.from(text);
      const compressed = compressor.compressNow(data, false) ?? (await later(compressor, data));
      expect((await inflatedBy(peer, compressed ?? data)).toString()).toBe(text);
    }
    compressor.close();
    peer.cleanup();
  });

  test('closed at its work it ends that, frees its memory then, and compresses no more', async () => {
    const compressor = open();
    const underWay = later(compressor, Buffer.alloc(500_000, 'x'));
    compressor.close();
    expect(await underWay).toBeUndefined();
    expect(await later(compressor, Buffer.from('more'))).toBeUndefined();
  });

  test('many closed at their work leave room for others', async () => {
    for (let i = 0; i < 20; i++) {
      const compressor = open();
      void later(compressor, Buffer.alloc(100_000, 'x'));
      compressor.close();
    }
    const compressor = open();
    expect(await later(compressor, Buffer.from('words'))).toBeInstanceOf(Buffer);
    compressor.close();
  });
});
