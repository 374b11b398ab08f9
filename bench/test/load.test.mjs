import { expect, test } from 'vitest';
import { checkFrames } from '../load/connection.mjs';
import { dialects, messageBytes, plainPayload } from '../load/dialects.mjs';
import { FrameCounter } from '../load/frame-counter.mjs';
import { maskedFrame, opcodes, readServerFrame } from '../load/frames.mjs';
import { Histogram } from '../load/histogram.mjs';
import { payloadOf } from '../load/message.mjs';

/** A server's frame: a client's without the mask. */
function serverFrame(first, payload) {
  const { length } = payload;
  const head =
    length < 126
      ? Buffer.from([first, length])
      : length < 65_536
        ? Buffer.from([first, 126, length >> 8, length & 0xff])
        : Buffer.alloc(10);
  if (head.length === 10) {
    head[0] = first;
    head[1] = 127;
    head.writeUInt32BE(length, 6);
  }
  return Buffer.concat([head, payload]);
}

/** Unmasks one client frame as a server would. */
function unmask(frame) {
  const keyAt = { 126: 4, 127: 10 }[frame[1] & 0x7f] ?? 2;
  return Buffer.from(frame.subarray(keyAt + 4).map((byte, at) => byte ^ frame[keyAt + (at & 3)]));
}

const STREAM = Buffer.concat([
  serverFrame(0x81, Buffer.alloc(0)),
  serverFrame(0x82, Buffer.alloc(64)),
  serverFrame(0x89, Buffer.from('ping')),
  serverFrame(0x01, Buffer.alloc(300)),
  serverFrame(0x80, Buffer.alloc(3)),
  serverFrame(0x82, Buffer.alloc(16_384)),
  serverFrame(0xc1, Buffer.alloc(125)),
  serverFrame(0x82, Buffer.alloc(70_000)),
]);

test.each([1, 2, 3, 7, 64, 1000, 65_536, 200_000])('counts the same whole messages in chunks of %i bytes', (size) => {
  const counter = new FrameCounter();
  const aside = [];
  counter.onAside = (opcode, payload) => aside.push([opcode, payload.toString()]);
  let messages = 0;
  for (let at = 0; at < STREAM.length; at += size) messages += counter.push(STREAM.subarray(at, at + size));
  expect(messages).toBe(6);
  expect(aside).toEqual([[opcodes.ping, 'ping']]);
});

test('an echo may come behind a Ping, which any server may send at any time', () => {
  const payload = Buffer.from('x');
  const came = Buffer.concat([serverFrame(0x89, Buffer.alloc(0)), serverFrame(0x81, payload)]);
  expect(() => checkFrames(came, [{ opcode: opcodes.text, payload }])).not.toThrow();
  expect(() => checkFrames(came, [{ opcode: opcodes.binary, payload }])).toThrow('opcode 1');
});

test('looks only at the part of the buffer that was read', () => {
  const frame = serverFrame(0x81, Buffer.from('x'));
  expect(new FrameCounter().push(Buffer.concat([frame, frame]), frame.length)).toBe(1);
});

test('hands over messages of one byte when asked, and counts them otherwise', () => {
  const heartbeat = serverFrame(0x81, Buffer.from('2'));
  const counter = new FrameCounter({ takesSingleBytesAside: true });
  const aside = [];
  counter.onAside = (_opcode, payload) => aside.push(payload.toString());
  expect(counter.push(heartbeat)).toBe(0);
  expect(aside).toEqual(['2']);
  expect(new FrameCounter().push(heartbeat)).toBe(1);
});

test('refuses masked frames of a server', () => {
  expect(() => new FrameCounter().push(maskedFrame(opcodes.text, Buffer.alloc(200)))).toThrow('masked');
});

test.each([0, 1, 125, 126, 65_535, 65_536])('masks a payload of %i bytes as RFC 6455 section 5.3 has it', (bytes) => {
  const payload = payloadOf(bytes);
  const frame = maskedFrame(opcodes.text, payload);
  expect(frame[0]).toBe(0x81);
  expect(frame[1] & 0x80).toBe(0x80);
  expect(unmask(frame)).toEqual(payload);
});

test('compresses messages so that they can be read without a context', () => {
  const payload = payloadOf(2000);
  const bytes = messageBytes(dialects.plain, payload, false, true);
  const frame = readServerFrame(serverFrame(bytes[0], unmask(bytes)));
  expect(frame.isCompressed).toBe(true);
  expect(frame.payload.length).toBeLessThan(payload.length);
  expect(plainPayload(frame)).toEqual(payload);
});

test('reads no frame that is not whole', () => {
  const frame = serverFrame(0x82, Buffer.alloc(300));
  expect(readServerFrame(frame.subarray(0, -1))).toBeUndefined();
  expect(readServerFrame(frame)).toMatchObject({ opcode: opcodes.binary, size: 304 });
});

test.each([0, 0.0007, 0.0128, 0.0256, 0.1, 1, 33.3, 1000, 90_000])(
  'keeps a latency of %f ms within 0.8 %%, or 0.1 us',
  (ms) => {
    const histogram = new Histogram();
    histogram.record(ms);
    expect(Math.abs(histogram.quantile(0.5) - ms * 1000)).toBeLessThanOrEqual(Math.max(0.1, ms * 8));
  },
);

test('finds percentiles among many latencies', () => {
  const histogram = new Histogram();
  for (let ms = 1; ms <= 1000; ms += 1) histogram.record(ms);
  const { p50Us, p99Us, p999Us } = histogram.percentiles();
  expect(p50Us / 500_000).toBeCloseTo(1, 2);
  expect(p99Us / 990_000).toBeCloseTo(1, 2);
  expect(p999Us / 999_000).toBeCloseTo(1, 2);
  expect(new Histogram().quantile(0.5)).toBeNaN();
});
