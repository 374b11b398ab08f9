import { expect, test } from 'vitest';
import { TextSoFar } from '../../../../src/transport/ws/read/text-so-far.js';
import { frameBytes, KEY, OP } from '../../../support/frame-bytes.js';

const TEXT = 'aä€😀'.repeat(50);

/** A text's frame as it stands in a buffer once the whole has come, and where its payload begins. */
function frameOf(payload: Buffer | string, isMasked: boolean) {
  const bytes = frameBytes({ opcode: OP.text, payload, ...(isMasked ? { mask: KEY } : {}) });
  return { bytes, from: bytes.length - Buffer.from(payload).length };
}

test.each([true, false])(
  'a text that comes byte by byte is taken and unmasked as it comes (masked: %s)',
  (isMasked) => {
    const { bytes, from } = frameOf(TEXT, isMasked);
    const text = new TextSoFar(from, isMasked);
    for (let to = from + 1; to < bytes.length; to++) expect(text.take(bytes, to)).toBe(true);
    expect(text.finish(bytes, bytes.length)?.toString()).toBe(TEXT);
  },
);

test('a frame that was masked has a key of zeros in the end: its payload is there to be read', () => {
  const { bytes, from } = frameOf(TEXT, true);
  const text = new TextSoFar(from, true);
  text.take(bytes, from + 10);
  text.finish(bytes, bytes.length);
  expect(bytes.subarray(from - 4, from)).toEqual(Buffer.alloc(4));
  expect(bytes.toString('utf8', from)).toBe(TEXT);
});

test('a fault is found with the byte that makes it one', () => {
  const { bytes, from } = frameOf(Buffer.concat([Buffer.from(TEXT), Buffer.of(0xed, 0xa0, 0x80)]), true);
  const text = new TextSoFar(from, true);
  expect(text.take(bytes, bytes.length - 2)).toBe(true);
  expect(text.take(bytes, bytes.length - 1)).toBe(false);
});

test('a text that ends in the middle of a character is none', () => {
  const { bytes, from } = frameOf(Buffer.from('€').subarray(0, 2), false);
  const text = new TextSoFar(from, false);
  expect(text.take(bytes, bytes.length)).toBe(true);
  expect(text.finish(bytes, bytes.length)).toBeUndefined();
});
