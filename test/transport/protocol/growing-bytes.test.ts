import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GrowingBytes } from '../../../src/transport/protocol/growing-bytes.js';
import { takeRoom } from '../../../src/transport/protocol/rooms.js';
import { KEY, xored } from '../../support/frame-bytes.js';

test('has what was added, in order, and is empty again when that was taken', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 30 }), (chunks) => {
      const growing = new GrowingBytes();
      for (const chunk of chunks) growing.add(Buffer.from(chunk));
      const whole = Buffer.concat(chunks);
      expect(growing.length).toBe(whole.length);
      expect(growing.bytes.equals(whole)).toBe(true);
      const taken = growing.take();
      expect(taken.equals(whole)).toBe(true);
      expect(growing.length).toBe(0);
      growing.add(Buffer.from('next'));
      expect([taken.equals(whole), growing.bytes.toString()]).toEqual([true, 'next']);
    }),
  );
});

test('short payloads are unmasked as they are added, and said to be ASCII or not', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 30 }), fc.boolean(), (payloads, isMasked) => {
      const growing = new GrowingBytes();
      for (const payload of payloads) {
        const bytes = Buffer.concat([Buffer.of(9, ...KEY), isMasked ? xored(payload, KEY) : payload, Buffer.of(9)]);
        const isAscii = growing.addShort(bytes, 1 + KEY.length, bytes.length - 1, isMasked);
        expect(isAscii).toBe(payload.every((byte) => byte < 0x80));
      }
      expect(growing.bytes.equals(Buffer.concat(payloads))).toBe(true);
    }),
  );
});

test('holds at most twice what has come, and about as much once that is taken', () => {
  const growing = new GrowingBytes();
  for (let i = 0; i < 100_000; i++) {
    growing.add(Buffer.of(1));
    if (i > 256) expect(growing.bytes.buffer.byteLength).toBeLessThanOrEqual(2 * (i + 1));
  }
  expect(growing.take().buffer.byteLength).toBeLessThanOrEqual(100_000 * 1.125);
});

test('a message of up to 64 KiB is copied out of what it grew in, and that is used again', () => {
  const growing = new GrowingBytes();
  growing.add(Buffer.alloc(60_000, 1));
  const { buffer } = growing.bytes;
  const taken = growing.take();
  expect(taken.equals(Buffer.alloc(60_000, 1))).toBe(true);
  expect(taken.buffer).not.toBe(buffer);
  expect(takeRoom(64 * 1024).buffer).toBe(buffer);
});

test('a larger one that fills what it grew in is not copied', () => {
  const growing = new GrowingBytes();
  growing.add(Buffer.alloc(70_000, 1));
  const { buffer } = growing.bytes;
  expect(growing.take().buffer).toBe(buffer);
});
