import { expect, test } from 'vitest';
import { asBinaryType, sizeOf, toBuffer, toControlPayload } from '../../../src/adapters/ws/message-data.js';

const bytes = () => Buffer.from('some bytes').subarray(5);

test('a message is handed out as its type says, in memory of its own where it is an ArrayBuffer', async () => {
  expect(asBinaryType(bytes(), 'nodebuffer')).toEqual(bytes());
  expect(asBinaryType(bytes(), 'fragments')).toEqual([bytes()]);
  const buffer = asBinaryType(bytes(), 'arraybuffer') as ArrayBuffer;
  expect([buffer instanceof ArrayBuffer, buffer.byteLength]).toEqual([true, 5]);
  const blob = asBinaryType(bytes(), 'blob') as unknown as Blob;
  expect(await blob.text()).toBe('bytes');
});

test('an ArrayBuffer that is whole is not copied', () => {
  const whole = Buffer.alloc(64 * 1024);
  expect(asBinaryType(whole, 'arraybuffer')).toBe(whole.buffer);
});

test('bytes in any form are not copied', () => {
  const { buffer } = new Uint8Array([1, 2, 3]);
  for (const form of [buffer, new Uint8Array(buffer), new DataView(buffer), Buffer.from(buffer)])
    expect(toBuffer(form).buffer).toBe(buffer);
  expect(toBuffer(new Uint8Array(buffer, 1, 1))).toEqual(Buffer.from([2]));
  expect(toBuffer('é')).toEqual(Buffer.from('é'));
  expect(() => toBuffer(true)).toThrow(TypeError);
});

test('sizes are in bytes', () => {
  expect([sizeOf('é'), sizeOf(new Blob(['é'])), sizeOf(new Uint16Array(2))]).toEqual([2, 2, 4]);
});

test('the payload of a control frame has at most 125 bytes, and may be a Blob', () => {
  const blob = new Blob(['x'.repeat(125)]);
  expect(toControlPayload(blob)).toBe(blob);
  expect(toControlPayload('é')).toEqual(Buffer.from('é'));
  for (const long of ['é'.repeat(63), new Blob(['x'.repeat(126)])])
    expect(() => toControlPayload(long)).toThrow('125 bytes');
});
