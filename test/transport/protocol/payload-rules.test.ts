import { describe, expect, test } from 'vitest';
import { isClosePayload, isCompressedStart, isText } from '../../../src/transport/protocol/payload-rules.js';
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
