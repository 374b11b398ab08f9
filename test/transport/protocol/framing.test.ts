import { describe, expect, test } from 'vitest';
import {
  BINARY,
  CLOSE,
  closePayload,
  frameOf,
  headerOf,
  lengthBytes,
  MAX_HEADER,
  maskPayload,
  PING,
  TEXT,
  writeHeader,
} from '../../../src/transport/protocol/framing.js';
import { parseFrames } from '../../support/frame-bytes.js';
import { eventsOfWs } from '../ws/reader-events.js';

const LENGTHS = [0, 1, 124, 125, 126, 127, 65_534, 65_535, 65_536, 65_537, 100_000];

const reading = (isServer: boolean, ...chunks: Buffer[]) => ({
  isServer,
  options: { maxPayloadBytes: 200_000, maxFragments: 10, perMessageDeflate: false },
  chunks,
  isSlow: false,
  deflate: undefined,
});

describe.each([
  ['unmasked', false],
  ['masked', true],
])('a frame, %s', (_name, isMasked) => {
  test.each(LENGTHS)('of %i bytes is what ws reads', async (length) => {
    const payload = Buffer.alloc(length, 'wirekeeper');
    const framed = frameOf(BINARY, payload, isMasked);
    expect(framed).toHaveLength(lengthBytes(length) + (isMasked ? 4 : 0) + length);
    expect((await eventsOfWs(reading(isMasked, framed))).events).toEqual([['binary', payload.toString('latin1')]]);
  });

  test('leaves the bytes it was made from as they are', () => {
    const payload = Buffer.from('payload');
    frameOf(TEXT, payload, isMasked);
    expect(payload.toString()).toBe('payload');
  });

  test('of control is one as well', async () => {
    const chunks = [frameOf(PING, Buffer.from('hi'), isMasked), frameOf(CLOSE, closePayload(4000, 'bye'), isMasked)];
    expect((await eventsOfWs(reading(isMasked, ...chunks))).events).toEqual([
      ['ping', 'hi'],
      ['close', 4000, 'bye'],
    ]);
  });
});

test('the header of a payload beyond 4 GiB holds all 64 bits', () => {
  const header = Buffer.alloc(MAX_HEADER);
  const end = writeHeader(header, 2, BINARY, 5 * 2 ** 32 + 7, 0x80);
  expect(end).toBe(12);
  expect(header.readUInt8(2)).toBe(0x82);
  expect(header.readUInt8(3)).toBe(0xff);
  expect(header.readBigUInt64BE(4)).toBe(5n * 2n ** 32n + 7n);
});

test('a header may carry RSV bits', () => {
  const header = Buffer.alloc(2);
  writeHeader(header, 0, TEXT | 0x40, 3, 0);
  expect(header).toEqual(Buffer.from([0xc1, 3]));
});

test('every frame has a masking key of its own, also when many were drawn', () => {
  const seen = new Set<number>();
  const FRAMES = 10_000;
  const target = Buffer.alloc(4);
  for (let i = 0; i < FRAMES; i++) {
    maskPayload(target, 0, 0);
    seen.add(target.readUInt32BE(0));
  }
  // Of ten thousand draws out of 2^32 hardly one comes twice.
  expect(seen.size).toBeGreaterThan(FRAMES - 5);
});

test.each([
  [1000, '', Buffer.from([3, 232])],
  [4999, 'ä', Buffer.from([0x13, 0x87, 0xc3, 0xa4])],
  [1005, '', Buffer.alloc(0)],
])('the payload of a Close with %i %j', (code, reason, payload) => {
  expect(closePayload(code, reason)).toEqual(payload);
});

test('frames one behind the other are found again', () => {
  const { frames, rest } = parseFrames(
    Buffer.concat([
      frameOf(TEXT, Buffer.from('a'), true),
      frameOf(BINARY, Buffer.alloc(300), false),
      Buffer.from([0x81]),
    ]),
  );
  expect(frames.map(({ opcode, payload }) => [opcode, payload.length])).toEqual([
    [TEXT, 1],
    [BINARY, 300],
  ]);
  expect(rest).toHaveLength(1);
});

test('a header apart from its payload is that of the whole frame, whatever was asked for before', () => {
  for (const [flags, length] of [
    [BINARY, 5000],
    [BINARY, 5000],
    [TEXT, 5000],
    [TEXT, 70_000],
    [BINARY, 5000],
  ] as const) {
    expect(headerOf(flags, length)).toEqual(
      frameOf(flags, Buffer.alloc(length), false).subarray(0, lengthBytes(length)),
    );
  }
});
