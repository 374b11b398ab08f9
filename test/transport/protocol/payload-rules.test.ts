import { describe, expect, test } from 'vitest';
import { isClosePayload, isCompressedStart, isText, textEnd } from '../../../src/transport/protocol/payload-rules.js';
import { closeBytes } from '../../support/frame-bytes.js';

describe('text is UTF-8', () => {
  const LONG = 'x'.repeat(100);

  test.each([
    ['nothing', Buffer.alloc(0), true],
    ['plain letters', Buffer.from('plain'), true],
    ['letters beyond ASCII', Buffer.from('ä€😀'), true],
    ['a long text', Buffer.from(`${LONG}ä`), true],
    ['a byte that never occurs', Buffer.of(0xff), false],
    ['half a character at the end', Buffer.from('ab€').subarray(0, -1), false],
    ['half a character at the end of a long text', Buffer.from(`${LONG}€`).subarray(0, -1), false],
    ['an overlong form', Buffer.of(0xc0, 0x80), false],
    ['a surrogate', Buffer.of(0xed, 0xa0, 0x80), false],
    ['a code point beyond the last', Buffer.of(0xf4, 0x90, 0x80, 0x80), false],
  ])('%s', (_name, bytes, expected) => {
    expect(isText(bytes)).toBe(expected);
  });
});

describe('a text that has not come completely goes to', () => {
  test.each([
    ['its end, if that is the end of a character', 'aä', 3],
    ['nowhere, if there is nothing yet', '', 0],
    ['the last whole character: one of two bytes is missing', Buffer.from('aä').subarray(0, -1), 1],
    ['the last whole character: two of three bytes are missing', Buffer.from('a€').subarray(0, -2), 1],
    ['the last whole character: one of three bytes is missing', Buffer.from('a€').subarray(0, -1), 1],
    ['the last whole character: three of four bytes are missing', Buffer.from('a😀').subarray(0, -3), 1],
    ['the last whole character: one of four bytes is missing', Buffer.from('a😀').subarray(0, -1), 1],
  ])('%s', (_name, data, expected) => {
    expect(textEnd(Buffer.from(data), 0)).toBe(expected);
  });

  test('where it is looked at from, if nothing has come since but half a character', () => {
    const data = Buffer.concat([Buffer.from('ää'), Buffer.of(0xc3)]);
    expect(textEnd(data, 4)).toBe(4);
    expect(textEnd(Buffer.from('ääb'), 4)).toBe(5);
  });

  // An independent decoder, on texts of up to four of the bytes at which the rules change.
  test('no end, as soon as it can no longer be UTF-8', () => {
    const bytes = [
      0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed,
    ].concat([0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff]);
    const followed = (starts: readonly number[][], by: readonly number[]) =>
      starts.flatMap((start) => by.map((byte) => [...start, byte]));
    const ones = bytes.map((byte) => [byte]);
    const twos = followed(ones, bytes);
    const threes = followed(twos, [0x7f, 0x80, 0xbf, 0xe1]);
    const all = [...ones, ...twos, ...threes, ...followed(threes, [0x7f, 0x80, 0xbf, 0xe1])];
    const different = all.filter((each) => textEnd(Buffer.from(each), 0) >= 0 !== isBeginning(Buffer.from(each)));
    expect(different).toEqual([]);
  });
});

/** By the decoder of Node, which throws at the first byte that leads nowhere. */
function isBeginning(data: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(data, { stream: true });
    return true;
  } catch {
    return false;
  }
}

describe('the payload of a Close frame', () => {
  test.each([1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999])(
    'may be %i',
    (code) => {
      expect(isClosePayload(closeBytes(code))).toBe(true);
    },
  );

  test.each([0, 999, 1004, 1005, 1006, 1015, 1016, 2000, 2999, 5000, 65_535])('may not be %i', (code) => {
    expect(isClosePayload(closeBytes(code))).toBe(false);
  });

  test('may be empty, and not one byte long', () => {
    expect(isClosePayload(Buffer.alloc(0))).toBe(true);
    expect(isClosePayload(Buffer.of(3))).toBe(false);
  });

  test('has a reason in UTF-8', () => {
    expect(isClosePayload(closeBytes(1000, 'schön'))).toBe(true);
    expect(isClosePayload(closeBytes(1000, Buffer.of(0xc3, 0x28)))).toBe(false);
  });
});

test.each([
  // first byte   compressed   what it is
  [0xc1, true, 'a whole compressed text'],
  [0x42, true, 'the first fragment of a compressed binary message'],
  [0x81, false, 'a plain text'],
  [0xc0, false, 'a continuation, which may not have the bit'],
  [0xc9, false, 'a Ping, which may not have the bit'],
  [0xe1, false, 'a text with another RSV bit'],
])('0x%s begins a compressed message: %s, for it is %s', (first, expected) => {
  expect(isCompressedStart(first)).toBe(expected);
});
