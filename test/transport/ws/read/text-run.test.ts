import { expect, test } from 'vitest';
import { areUtf8, textsEnd } from '../../../../src/transport/ws/read/text-run.js';
import { type FrameParts, frameBytes, OP } from '../../../support/frame-bytes.js';

const text = (payload: string | Buffer): FrameParts => ({ opcode: OP.text, payload });
const texts = ['one', '', 'drei €', '😀', 'x'.repeat(125), 'y'.repeat(126), 'z'.repeat(5000), ''].map(text);

const LONG_LENGTH: FrameParts = { ...text('x'), lengthBits: 16 };

/** No payload is too long. */
const LONGEST = 2 ** 20;
const MANY = 1000;

/** Behind a byte that belongs to something else. */
const joined = (frames: readonly FrameParts[]) => Buffer.concat([Buffer.of(0xff), ...frames.map(frameBytes)]);

const LENGTH = joined(texts).length;

test.each<[string, readonly FrameParts[], number]>([
  ['all of them', texts, LENGTH],
  ['those before another kind of frame', [...texts, { opcode: OP.binary, payload: 'x' }, ...texts], LENGTH],
  ['those before one that is compressed', [...texts, { ...text('x'), rsv: 4 }], LENGTH],
  ['those before one that is not the whole message', [...texts, { ...text('x'), fin: false }], LENGTH],
  ['those before one that is masked', [...texts, { ...text('x'), mask: Buffer.alloc(4) }], LENGTH],
  ['all of them, if a length is written in two bytes for no reason', [...texts, LONG_LENGTH], LENGTH + 5],
  ['those before one of 64 KiB', [...texts, text('x'.repeat(65_536))], LENGTH],
  ['none, if they are few', texts.slice(0, 3), 1],
])('finds texts one behind the other: %s', (_which, frames, end) => {
  const bytes = joined(frames);
  expect(textsEnd(bytes, 1, bytes.length, LONGEST, MANY)).toBe(end);
});

test('what has not come completely is not looked at, nor what is too long', () => {
  const bytes = joined([...texts, text('cut'), text('x'.repeat(126))]);
  const cutEnd = LENGTH + 2 + 'cut'.length;
  for (const [end, found] of [
    [LENGTH + 1, LENGTH],
    [LENGTH + 4, LENGTH],
    [cutEnd, cutEnd],
    [cutEnd + 1, cutEnd],
    [cutEnd + 3, cutEnd],
    [cutEnd + 100, cutEnd],
  ] as const) {
    expect(textsEnd(bytes, 1, end, LONGEST, MANY)).toBe(found);
  }
  expect(textsEnd(bytes, 1, bytes.length, 4999, MANY)).toBe(joined(texts.slice(0, 6)).length);
});

test.each([
  [192, 8, 200, MANY],
  [77, 8, 200, 77],
  [16, 1020, 200, MANY],
  [4, 4000, 8, MANY],
  [0, 8000, 8, MANY],
  [0, 8, 200, 3],
])('%i of them at most, if they have %i bytes', (count, size, of, most) => {
  const bytes = Buffer.concat(Array.from({ length: of }, () => frameBytes(text('x'.repeat(size)))));
  expect(textsEnd(bytes, 0, bytes.length, LONGEST, most)).toBe((count * bytes.length) / of);
});

test.each<[string, readonly FrameParts[], boolean]>([
  ['all are', texts, true],
  ['a length that would be no text by itself', [text('x'.repeat(0xc3)), ...texts, text('x'.repeat(0x19ff))], true],
  ['a length is written in two bytes for no reason', [LONG_LENGTH, ...texts], true],
  ['one is not', [...texts, text(Buffer.of(0xc3))], false],
  ['one of 126 bytes is not', [text(Buffer.alloc(126, 0xff)), ...texts], false],
  ['two are so only together', [...texts, text(Buffer.of(0xc3)), text(Buffer.of(0xa4))], false],
  ['two long ones are so only together', [...texts, text(longCut(0xe2)), text(Buffer.of(0x82, 0xac))], false],
])('looks through them together, and leaves them as they are: %s', (_which, frames, areText) => {
  const bytes = joined(frames);
  const before = Buffer.from(bytes);
  const end = textsEnd(bytes, 1, bytes.length, LONGEST, MANY);
  expect(end).toBe(bytes.length);
  expect(areUtf8(bytes, 1, end)).toBe(areText);
  expect(bytes.equals(before)).toBe(true);
});

/** A text of 200 bytes that ends within a character. */
function longCut(last: number): Buffer {
  const bytes = Buffer.alloc(200, 0x61);
  bytes[199] = last;
  return bytes;
}
