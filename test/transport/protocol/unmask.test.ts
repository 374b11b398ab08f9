import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { PAGE_BYTES, pages } from '../../../src/transport/protocol/pages.js';
import {
  applyKeyBefore,
  applyMask,
  copyUnmasked,
  keyAfter,
  unmaskedCopy,
} from '../../../src/transport/protocol/unmask.js';
import { xored } from '../../support/frame-bytes.js';

/** Some bytes that begin at any place of their memory. */
function unaligned(bytes: Uint8Array, offset: number): Buffer {
  const memory = Buffer.alloc(bytes.length + offset + 8, 0xaa);
  const view = memory.subarray(offset, offset + bytes.length);
  view.set(bytes);
  return view;
}

function maskedInPlace(bytes: Buffer, from: number, to: number, key: Uint8Array): Buffer {
  const [k0 = 0, k1 = 0, k2 = 0, k3 = 0] = key;
  applyMask(bytes, from, to, k0, k1, k2, k3);
  return bytes;
}

const keys = fc.uint8Array({ minLength: 4, maxLength: 4 });

describe('masking', () => {
  test('is the XOR of section 5.3 at every length and alignment', () => {
    const key = Uint8Array.of(1, 0x80, 0xff, 0x7e);
    for (let length = 0; length < 700; length++) {
      for (let offset = 0; offset < 8; offset++) {
        const bytes = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 0xff);
        const masked = maskedInPlace(unaligned(bytes, offset), 0, length, key);
        if (!masked.equals(xored(bytes, key))) throw new Error(`wrong at length ${length}, offset ${offset}`);
      }
    }
  });

  test('touches nothing outside its range, whatever the key', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 2000 }),
        keys,
        fc.nat({ max: 9 }),
        fc.nat({ max: 20 }),
        fc.nat({ max: 20 }),
        (bytes, key, offset, before, after) => {
          const from = Math.min(before, bytes.length);
          const to = Math.max(from, bytes.length - after);
          const expected = Buffer.concat([
            bytes.subarray(0, from),
            xored(bytes.subarray(from, to), key),
            bytes.subarray(to),
          ]);
          expect(maskedInPlace(unaligned(bytes, offset), from, to, key)).toEqual(expected);
        },
      ),
    );
  });

  test.each(['a buffer', 'the read page'])('copied from %s in parts of any length is the same', (place) => {
    const property = (all: Uint8Array, key: Uint8Array, cuts: number[], at: number) => {
      const source = place === 'a buffer' ? Buffer.from(all) : pages().read;
      source.set(all);
      const target = Buffer.alloc(at + all.length + 8, 0xaa);
      const word = Buffer.from(key).readUInt32LE();
      const ends = [...cuts.map((cut) => cut % (all.length + 1)), all.length].sort((a, b) => a - b);
      ends.reduce((from, to) => {
        copyUnmasked(target, at + from, source, from, to, keyAfter(word, from));
        return to;
      }, 0);
      const around = [Buffer.alloc(at, 0xaa), xored(all, key), Buffer.alloc(8, 0xaa)];
      expect(target.equals(Buffer.concat(around))).toBe(true);
    };
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 3000 }),
        keys,
        fc.array(fc.nat({ max: 3000 }), { maxLength: 4 }),
        fc.nat({ max: 9 }),
        property,
      ),
    );
    property(
      Uint8Array.from({ length: place === 'a buffer' ? 200_001 : PAGE_BYTES }, (_, i) => i * 7),
      Uint8Array.of(0x80, 2, 0xff, 0xfe),
      [131_075, 7],
      3,
    );
  });

  test.each([65_535, 65_536, 65_537, 131_072, 200_001])(
    'of %i bytes goes on with the same key after each 64 KiB',
    (length) => {
      const key = Uint8Array.of(3, 1, 4, 15);
      const bytes = Uint8Array.from({ length }, (_, i) => i % 251);
      const view = unaligned(bytes, 3);
      expect(maskedInPlace(view, 0, length, key).equals(xored(bytes, key))).toBe(true);
    },
  );

  test('applied twice restores the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1000 }), keys, fc.nat({ max: 9 }), (bytes, key, offset) => {
        const view = unaligned(bytes, offset);
        maskedInPlace(view, 0, view.length, key);
        expect(maskedInPlace(view, 0, view.length, key)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  test('finds its key right before a payload', () => {
    const key = Uint8Array.of(9, 8, 7, 6);
    const frame = Buffer.concat([Buffer.from([0x82, 0x83]), key, Buffer.from('abc')]);
    applyKeyBefore(frame, 6, 9);
    expect(frame.subarray(6)).toEqual(xored(Buffer.from('abc'), key));
    expect(frame.subarray(2, 6)).toEqual(Buffer.from(key));
  });

  test('leaves the read page alone', () => {
    const { read } = pages();
    read.fill(0x55);
    applyMask(Buffer.alloc(200_000), 0, 200_000, 1, 2, 3, 4);
    expect(read.every((byte) => byte === 0x55)).toBe(true);
  });

  test('does without WebAssembly where V8 has none', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    vi.resetModules();
    try {
      const without = await import('../../../src/transport/protocol/unmask.js');
      const { read } = (await import('../../../src/transport/protocol/pages.js')).pages();
      read.fill(7);
      expect([...new Set(without.unmaskedCopy(4, 1004))]).toEqual([0]);
      const bytes = new Uint8Array(1000);
      without.applyMask(bytes, 1, 999, 1, 2, 3, 4);
      expect(bytes.every((byte, i) => byte === (i < 1 || i > 998 ? 0 : 1 + ((i - 1) & 3)))).toBe(true);
    } finally {
      vi.unstubAllGlobals();
      // The files after this one get modules that have it.
      vi.resetModules();
    }
  });
});

describe('a copy of the read page, unmasked', () => {
  /** Puts a masked payload with its key before it into the page. */
  function put(key: Uint8Array, payload: Uint8Array, from: number): void {
    pages().read.set(key, from - 4);
    pages().read.set(xored(payload, key), from);
  }

  test('has the payload at every length and alignment, and memory of its own', () => {
    const key = Uint8Array.of(1, 0x80, 0xff, 0x7e);
    for (let length = 0; length < 700; length++) {
      for (let from = 4; from < 12; from++) {
        const payload = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 0xff);
        put(key, payload, from);
        const copy = unmaskedCopy(from, from + length);
        pages().read.fill(0xaa, 0, from + length);
        if (!copy.equals(payload)) throw new Error(`wrong at length ${length} from ${from}`);
      }
    }
  });

  test.each([
    ['begins the page', 4, 16_384],
    ['ends the page', PAGE_BYTES - 16_384, PAGE_BYTES],
    ['ends the page, and is short', PAGE_BYTES - 3, PAGE_BYTES],
    ['fills the page', 4, PAGE_BYTES],
  ])('can be had of one that %s; the page stays as it was', (_name, from, to) => {
    const key = Uint8Array.of(3, 1, 4, 15);
    const payload = Uint8Array.from({ length: to - from }, (_, i) => i % 251);
    put(key, payload, from);
    const before = Buffer.from(pages().read);
    expect(unmaskedCopy(from, to).equals(payload)).toBe(true);
    expect(pages().read.equals(before)).toBe(true);
  });
});
