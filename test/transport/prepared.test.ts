import { describe, expect, test } from 'vitest';
import { OptionError } from '../../src/transport/errors.js';
import type { Sendable } from '../../src/transport/frame.js';
import { notSendable, prepare } from '../../src/transport/prepared.js';
import { OP, parseFrames } from '../support/frame-bytes.js';

describe('a prepared message', () => {
  test.each<[string, Sendable, number, string]>([
    ['a string', 'schön', OP.text, 'schön'],
    ['an empty string', '', OP.text, ''],
    ['bytes', Buffer.from('bytes'), OP.binary, 'bytes'],
    ['other bytes', new Uint8Array([65, 66]), OP.binary, 'AB'],
    ['a received text', { data: Buffer.from('echo'), isBinary: false }, OP.text, 'echo'],
    ['received bytes', { data: Buffer.from('echo'), isBinary: true }, OP.binary, 'echo'],
    ['a prepared message', prepare('again'), OP.text, 'again'],
    ['64 KiB', Buffer.alloc(65_536, 'x'), OP.binary, 'x'.repeat(65_536)],
  ])('of %s is one whole frame as a server sends it', (_what, data, opcode, payload) => {
    const prepared = prepare(data);
    const { frames, rest } = parseFrames(prepared.framed);
    expect(frames.map((frame) => ({ ...frame, payload: frame.payload.toString() }))).toEqual([expect.objectContaining({ fin: true, rsv: 0, opcode, payload })]);
    expect(rest).toHaveLength(0);
  });

  test('is a frame as well, with the payload that was given', () => {
    const prepared = prepare('schön');
    expect(prepared).toMatchObject({ isBinary: false, payloadBytes: 6 });
    expect(prepared.data.toString()).toBe('schön');
    expect(prepare(Buffer.from('x'))).toMatchObject({ isBinary: true, payloadBytes: 1 });
  });

  test('does not change with the bytes it was made from', () => {
    const bytes = Buffer.from('before');
    const prepared = prepare(bytes);
    bytes.write('behind');
    expect(prepared.data.toString()).toBe('before');
  });
});

test.each([
  [undefined, 'undefined'],
  [null, 'null'],
  [42, 'number'],
  [{}, 'object'],
  [{ data: 'text' }, 'object'],
  [['a'], 'an array'],
  [new ArrayBuffer(4), 'object'],
])('%j cannot be prepared, and the error says what can', (data, what) => {
  expect(() => prepare(data as unknown as Sendable)).toThrow(OptionError);
  expect(() => prepare(data as unknown as Sendable)).toThrow(
    `send: ${what} cannot be sent; allowed are a string, a Uint8Array, a frame, and a prepared frame.`,
  );
  expect(notSendable(data).message).toContain(what);
});
