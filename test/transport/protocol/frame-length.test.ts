import { expect, test } from 'vitest';
import { frameLength } from '../../../src/transport/protocol/frame-length.js';

const length = (
  bytes: readonly number[],
  { isServer = true, mayBeCompressed = false, isFragmented = false, room = 1000 } = {},
) => frameLength(Buffer.from(bytes), 0, bytes.length, isServer, mayBeCompressed, isFragmented, room);

test.each([
  // bytes                                       length   what it is
  [[], 0, 'nothing'],
  [[0x81], 0, 'half a header'],
  [[0x81, 0x85], 11, 'a masked text of 5 bytes'],
  [[0x82, 0x80], 6, 'a masked binary message without payload'],
  [[0x81, 0xfe, 0x00], 0, 'half a 16-bit length'],
  [[0x81, 0xfe, 0x01, 0x00], 264, 'a 16-bit length'],
  [[0x81, 0xff, 0, 0, 0, 0, 0, 0, 1], 0, 'half a 64-bit length'],
  [[0x81, 0xff, 0, 0, 0, 0, 0, 0, 1, 0], 270, 'a 64-bit length'],
  [[0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0], -1, 'more than may be'],
  [[0x01, 0x85], 11, 'the first of several fragments'],
  [[0x80, 0x85], -1, 'a continuation of nothing'],
  [[0x91, 0x85], -1, 'RSV3'],
  [[0xc1, 0x85], -1, 'RSV1 that was not agreed on'],
  [[0x83, 0x85], -1, 'a reserved data opcode'],
  [[0x8b, 0x85], -1, 'a reserved control opcode'],
  [[0x89, 0xfe], -1, 'a control frame of more than 125 bytes'],
  [[0x09, 0x80], -1, 'a control frame in fragments'],
  [[0x88, 0x81], -1, 'a Close of one byte'],
  [[0x81, 0x05], -1, 'a message of a client without a mask'],
])('%j: %d bytes, for it is %s', (bytes, expected) => {
  expect(length(bytes)).toBe(expected);
});

test('a message that continues may only be continued, and has the room that is left', () => {
  expect(length([0x80, 0x85], { isFragmented: true })).toBe(11);
  expect(length([0x81, 0x85], { isFragmented: true })).toBe(-1);
  expect(length([0x80, 0x85], { isFragmented: true, room: 4 })).toBe(-1);
  expect(length([0x89, 0x85], { isFragmented: true, room: 4 })).toBe(11);
});

test('a client gets messages without a mask, and RSV1 where compression was agreed on', () => {
  expect(length([0x81, 0x05], { isServer: false })).toBe(7);
  expect(length([0x81, 0x85], { isServer: false })).toBe(-1);
  expect(length([0xc1, 0x85], { mayBeCompressed: true })).toBe(11);
  expect(length([0xc0, 0x85], { mayBeCompressed: true, isFragmented: true })).toBe(-1);
});
