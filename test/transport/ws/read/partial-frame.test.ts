import { expect, test } from 'vitest';
import { PartialFrame } from '../../../../src/transport/ws/read/partial-frame.js';
import { type FrameParts, frameBytes, KEY, OP } from '../../../support/frame-bytes.js';

const MIB = 1024 * 1024;

/** A frame of which these bytes have come. */
const begun = (bytes: Buffer, length: number, { isMasked = false, expected = 0 } = {}) =>
  new PartialFrame({ bytes, from: 0, end: bytes.length, length, isMasked, expected, page: undefined });

test('keeps a copy of the start, so that the read it came in is free', () => {
  const read = Buffer.from('start');
  const partial = begun(read, 100);
  read.fill(0);
  expect(partial.bytes.toString('latin1', 0, partial.have)).toBe('start');
});

test('a peer that announces 1 MiB and sends ten bytes holds about a kilobyte', () => {
  expect(begun(Buffer.alloc(10), MIB).bytes.length).toBeLessThanOrEqual(1024);
});

test('never has more room than a few times what came', () => {
  const partial = begun(Buffer.alloc(10), MIB);
  const chunk = Buffer.alloc(3000);
  while (partial.have + chunk.length < MIB) {
    partial.fill(chunk, 0, chunk.length, MIB);
    expect(partial.bytes.length).toBeLessThanOrEqual(Math.max(1024, partial.have * 4));
  }
});

test.each([
  // length of the frame   of one before   room for it when ten bytes have come
  [200_000, 200_000, 200_000],
  [200_001, 200_000, 1024],
  [262_144 + 14, 16 * MIB, 262_144 + 14],
  [MIB, 16 * MIB, 1024],
])('of a frame of %i bytes after one of %i there is room for %i', (length, expected, room) => {
  expect(begun(Buffer.alloc(10), length, { expected }).bytes).toHaveLength(room);
});

test('has room for a whole header when the length is not known yet', () => {
  const partial = begun(Buffer.of(0x82), 0);
  for (let i = 0; i < 13; i++) partial.fill(Buffer.of(i), 0, 1, 0);
  expect([...partial.bytes.subarray(0, partial.have)]).toEqual([0x82, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test('puts the parts together, and has exactly the room of the whole in the end', () => {
  const whole = Buffer.from('abcdefghij'.repeat(1000));
  const partial = begun(whole.subarray(0, 4000), whole.length);
  partial.fill(whole, 4000, whole.length, whole.length);
  expect(partial.bytes).toEqual(whole);
});

test('a megabyte that comes byte by byte is copied a few times, not a million', () => {
  const partial = begun(Buffer.alloc(1), MIB);
  const one = Buffer.of(7);
  let moves = 0;
  for (let room = partial.bytes; partial.have < MIB; ) {
    partial.fill(one, 0, 1, MIB);
    if (partial.bytes !== room) moves += 1;
    room = partial.bytes;
  }
  expect(moves).toBeLessThan(10);
});

test.each([
  // length of the frame   of a chunk    added
  [0, 5, 1], // the header is not complete: the byte after it may belong to the next frame
  [10, 5, 5],
  [10, 20, 8],
])('of a frame of %d bytes that has 2, a chunk of %d adds %d', (length, chunk, added) => {
  const partial = begun(Buffer.alloc(2), length);
  expect(partial.fill(Buffer.alloc(chunk), 0, chunk, length)).toBe(added);
  expect(partial.have).toBe(2 + added);
});

/** A frame of which `come` bytes are there. */
const partOf = (parts: FrameParts, come: number) => {
  const bytes = frameBytes(parts);
  const partial = begun(bytes.subarray(0, come), bytes.length, { isMasked: parts.mask !== undefined });
  return { partial, rest: () => partial.fill(bytes, come, bytes.length, bytes.length) };
};

const NO_TEXT = Buffer.concat([Buffer.of(0xff), Buffer.alloc(300)]);

test.each<[string, FrameParts, number, boolean]>([
  ['a text of one byte that leads nowhere', { opcode: OP.text, payload: NO_TEXT }, 5, false],
  ['a first fragment of a text of one', { opcode: OP.text, fin: false, payload: NO_TEXT }, 5, false],
  ['the header of such a text', { opcode: OP.text, payload: NO_TEXT }, 4, true],
  ['half a header', { opcode: OP.text, payload: NO_TEXT }, 1, true],
  ['half a character', { opcode: OP.text, payload: '€'.repeat(100) }, 6, true],
  ['such bytes', { opcode: OP.binary, payload: NO_TEXT }, 5, true],
  ['such a text, compressed', { opcode: OP.text, rsv: 4, payload: NO_TEXT }, 5, true],
])('%s may become a text: in %o the first %i bytes say %s', (_name, parts, come, expected) => {
  expect(partOf(parts, come).partial.mayBeText()).toBe(expected);
  const from = come - 4;
  expect(partOf({ ...parts, mask: KEY }, from > 0 ? come + 4 : come).partial.mayBeText()).toBe(expected);
});

test('has the payload of a whole text that was looked through as it came', () => {
  const text = 'aä€😀'.repeat(100);
  const { partial, rest } = partOf({ opcode: OP.text, payload: text, mask: KEY }, 100);
  expect(partial.mayBeText()).toBe(true);
  rest();
  expect(partial.text()?.toString()).toBe(text);
});

test.each<[string, FrameParts, boolean]>([
  ['of a text that nobody has looked at', { opcode: OP.text, payload: 'a'.repeat(200) }, false],
  ['of a fragment, which has to be joined', { opcode: OP.text, fin: false, payload: 'a'.repeat(200) }, true],
  ['of bytes', { opcode: OP.binary, payload: 'a'.repeat(200) }, true],
  [
    'of a text that is none in the end',
    { opcode: OP.text, payload: Buffer.concat([Buffer.alloc(200), NO_TEXT]) },
    true,
  ],
])('has no such payload %s', (_name, parts, isLookedAt) => {
  const { partial, rest } = partOf(parts, 50);
  if (isLookedAt) expect(partial.mayBeText()).toBe(true);
  rest();
  expect(partial.text()).toBeUndefined();
});

test.each([1, 3, 7, 160, 5000, 70_000])(
  'what is masked is unmasked as it comes, %i bytes at a time, and its key is zeros then',
  (size) => {
    const payload = Buffer.from(Array.from({ length: 200_003 }, (_, i) => i * 7));
    const bytes = frameBytes({ opcode: OP.binary, payload, mask: KEY });
    const header = bytes.length - payload.length;
    for (const come of [1, header - 1, header, header + 1, 1000]) {
      const partial = begun(bytes.subarray(0, come), come < header ? 0 : bytes.length, { isMasked: true });
      const lengthAt = () => (partial.have < header ? 0 : bytes.length);
      for (let at = come; at < bytes.length; ) {
        const chunk = Buffer.from(bytes.subarray(at, at + size));
        at += partial.fillFrom(chunk, 0, chunk.length, { lengthAt });
      }
      expect(partial.bytes.subarray(header, partial.have).equals(payload)).toBe(true);
      expect(partial.bytes.subarray(header - 4, header)).toEqual(Buffer.alloc(4));
    }
  },
);

test('bytes that lie right behind its memory were not read to where it wanted them', () => {
  const partial = begun(Buffer.alloc(104), 104);
  const { bytes } = partial;
  expect(partial.isTarget(Buffer.from(bytes.buffer, bytes.byteOffset + bytes.length, 0))).toBe(false);
});
