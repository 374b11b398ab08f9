import { expect, test } from 'vitest';
import { TextSoFar } from '../../../../src/transport/ws/read/text-so-far.js';
import { frameBytes, OP } from '../../../support/frame-bytes.js';

const TEXT = 'aä€😀'.repeat(50);

/** A text's frame as it stands in a buffer once the whole has come, and what looks through its payload. */
function frameOf(payload: Buffer | string) {
  const bytes = frameBytes({ opcode: OP.text, payload });
  const from = bytes.length - Buffer.from(payload).length;
  return { bytes, from, text: new TextSoFar(from) };
}

test('a text that comes byte by byte is taken as it comes', () => {
  const { bytes, from, text } = frameOf(TEXT);
  for (let to = from + 1; to < bytes.length; to++) expect(text.take(bytes, to)).toBe(true);
  expect(text.finish(bytes, bytes.length)?.toString()).toBe(TEXT);
});

test('a fault is found with the byte that makes it one', () => {
  const { bytes, text } = frameOf(Buffer.concat([Buffer.from(TEXT), Buffer.of(0xed, 0xa0, 0x80)]));
  expect(text.take(bytes, bytes.length - 2)).toBe(true);
  expect(text.take(bytes, bytes.length - 1)).toBe(false);
});

test('a text that ends in the middle of a character is none', () => {
  const { bytes, text } = frameOf(Buffer.from('€').subarray(0, 2));
  expect(text.take(bytes, bytes.length)).toBe(true);
  expect(text.finish(bytes, bytes.length)).toBeUndefined();
});
