import { describe, expect, test } from 'vitest';
import { OptionError } from '../../../src/transport/errors.js';
import type { Sendable } from '../../../src/transport/frame.js';
import { bytesOf, isPrepared, notSendable, prepare } from '../../../src/transport/protocol/prepared.js';
import { OP, parseFrames } from '../../support/frame-bytes.js';
import { ODD_VALUES } from '../../support/odd-values.js';

/** Bytes whose memory has gone to another owner, as with `postMessage`. */
function transferred(): Uint8Array {
  const bytes = Uint8Array.of(1, 2, 3);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

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
    expect(frames.map((frame) => ({ ...frame, payload: frame.payload.toString() }))).toEqual([
      expect.objectContaining({ fin: true, rsv: 0, opcode, payload }),
    ]);
    expect(rest).toHaveLength(0);
  });

  test('is a frame as well, with the payload that was given', () => {
    const prepared = prepare('schön');
    expect(prepared).toMatchObject({ isBinary: false, payloadBytes: 6 });
    expect(prepared.data.toString()).toBe('schön');
    expect(prepare(Buffer.from('x'))).toMatchObject({ isBinary: true, payloadBytes: 1 });
  });

  test('reads as its text', () => {
    expect(String(prepare('schön'))).toBe('schön');
    expect(String(prepare(Buffer.from('bytes')))).toBe('bytes');
  });

  test('of another copy of the package is one', () => {
    const { framed, data, isBinary, payloadBytes } = prepare('text');
    const foreign = { framed, data, isBinary, payloadBytes };
    expect(isPrepared(foreign)).toBe(true);
    expect(prepare(foreign).framed).toEqual(framed);
  });

  test('of shared memory is a copy', () => {
    expect(prepare(new Uint8Array(new SharedArrayBuffer(2))).data).toEqual(Buffer.from([0, 0]));
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
  [42, 'a number'],
  [1n, 'a bigint'],
  [Symbol('odd'), 'a symbol'],
  [() => 'text', 'a function'],
  [{}, 'an object'],
  [new String('text'), 'an object'],
  [{ data: 'text' }, 'an object'],
  [['a'], 'an array'],
  [Promise.resolve('text'), 'a promise (await it)'],
  [new ArrayBuffer(4), 'an ArrayBuffer (wrap it: new Uint8Array(buffer))'],
  [new SharedArrayBuffer(4), 'an ArrayBuffer (wrap it: new Uint8Array(buffer))'],
  [new DataView(new ArrayBuffer(4)), 'a view other than a Uint8Array'],
  [new Uint16Array(4), 'a view other than a Uint8Array'],
  [transferred(), 'a Uint8Array whose memory was transferred'],
  [new Blob(['text']), 'a Blob (await its bytes)'],
  [{ data: Buffer.from('text') }, 'a frame without isBinary'],
])('%o cannot be prepared, and the error says what can', (data, what) => {
  expect(() => prepare(data as unknown as Sendable)).toThrow(OptionError);
  expect(() => prepare(data as unknown as Sendable)).toThrow(
    `send: data is ${what}; allowed are a string, a Uint8Array, a frame, and a prepared frame.`,
  );
  expect(notSendable(data).message).toContain(what);
});

test('an empty message is one', () => {
  expect(bytesOf(new Uint8Array(0))).toHaveLength(0);
  expect(bytesOf({ data: Buffer.alloc(0), isBinary: true })).toHaveLength(0);
});

test.each(Object.entries(ODD_VALUES))('%s is refused with an OptionError', (_name, make) => {
  expect(() => prepare(make() as Sendable)).toThrow(OptionError);
  expect(isPrepared(make() as Sendable)).toBe(false);
});
