import { expect, test } from 'vitest';
import { textsEnd } from '../../../../src/transport/ws/read/text-run.js';
import { type FrameParts, frameBytes, OP } from '../../../support/frame-bytes.js';

const text = (payload: string | Buffer): FrameParts => ({ opcode: OP.text, payload });
const texts = ['one', '', 'drei €', '😀', 'x'.repeat(125)].map(text);

/** Behind a byte that belongs to something else. */
const joined = (frames: readonly FrameParts[]) => Buffer.concat([Buffer.of(0xff), ...frames.map(frameBytes)]);

const LENGTH = joined(texts).length;

test.each<[string, readonly FrameParts[], number]>([
  ['all of them', texts, LENGTH],
  ['those before another kind of frame', [...texts, { opcode: OP.binary, payload: 'x' }, ...texts], LENGTH],
  ['those before one that is compressed', [...texts, { ...text('x'), rsv: 4 }], LENGTH],
  ['those before one that is not the whole message', [...texts, { ...text('x'), fin: false }], LENGTH],
  ['those before one of 126 bytes', [...texts, text('x'.repeat(126))], LENGTH],
  ['none, if they are few', texts.slice(0, 3), 1],
  ['none, if one is not UTF-8', [...texts, text(Buffer.of(0xc3))], 1],
  ['none, if two are so only together', [...texts, text(Buffer.of(0xc3)), text(Buffer.of(0xa4))], 1],
])('texts one behind the other are looked through at once, and left as they are: %s', (_which, frames, end) => {
  const bytes = joined(frames);
  const before = Buffer.from(bytes);
  expect(textsEnd(bytes, 1, bytes.length)).toBe(end);
  expect(bytes).toEqual(before);
});

test('what has not come completely is not looked at', () => {
  const bytes = joined([...texts, text('cut')]);
  const before = Buffer.from(bytes);
  expect(textsEnd(bytes, 1, LENGTH + 1)).toBe(LENGTH);
  expect(textsEnd(bytes, 1, LENGTH + 4)).toBe(LENGTH);
  expect(bytes).toEqual(before);
});

test('128 of them at most', () => {
  const bytes = Buffer.concat(Array.from({ length: 200 }, () => frameBytes(text('12345678'))));
  expect(textsEnd(bytes, 0, bytes.length)).toBe(1280);
});
