import { beforeEach, expect, test } from 'vitest';
import { pages } from '../../../../src/transport/protocol/pages.js';
import { endRun, payloadInRun } from '../../../../src/transport/ws/read/read-run.js';

const page = pages().read;

/** What a payload of few bytes holds in any case: the pool of Node's buffers, which is a little larger than it says. */
const POOL = Buffer.allocUnsafe(1).buffer.byteLength;

beforeEach(() => {
  endRun();
  for (let at = 0; at < page.length; at += 1) page[at] = at % 251;
});

/** Payloads of one size, one behind the other, and the bytes that they should have. */
function payloads(size: number, count: number, from = 0) {
  return Array.from({ length: count }, (_, i) => {
    const at = from + i * size;
    return {
      payload: payloadInRun(at, at + size, page.length),
      bytes: Buffer.from(page.subarray(at, at + size)),
    };
  });
}

test.each([1, 100, 2000, 16_384])('payloads of %i bytes stay as they came when the page is read into again', (size) => {
  const taken = payloads(size, Math.floor(page.length / size));
  page.fill(0xaa);
  for (const { payload, bytes } of taken) expect(payload.equals(bytes)).toBe(true);
});

test('payloads of frames one behind the other share memory, of which none holds more than eight times its size', () => {
  const taken = payloads(4000, 16).map(({ payload }) => payload.buffer);
  expect(new Set(taken).size).toBe(2);
  for (const memory of taken) expect(memory.byteLength).toBeLessThanOrEqual(8 * 4000);
});

test('a small payload holds 8 KiB, or what buffers of Node hold', () => {
  const most = Math.max(8192, POOL);
  for (const { payload } of payloads(10, 6000)) expect(payload.buffer.byteLength).toBeLessThanOrEqual(most);
});

test('a small payload behind a large one does not hold its memory, and the next large one still shares it', () => {
  const [large] = payloads(8000, 1);
  const [small] = payloads(10, 1, 8000);
  const [next] = payloads(8000, 1, 8010);
  expect(small?.payload.buffer.byteLength).toBeLessThanOrEqual(Math.max(8192, POOL));
  expect(next?.payload.buffer).toBe(large?.payload.buffer);
  for (const one of [large, small, next]) expect(one?.payload).toEqual(one?.bytes);
});

test('what the page has next is not taken from the copy of what it had', () => {
  payloadInRun(0, 100, 1000);
  page.fill(0x55);
  endRun();
  expect(payloadInRun(100, 200, 1000)).toEqual(Buffer.alloc(100, 0x55));
});

test('nothing behind the bytes that have come is copied', () => {
  expect(payloadInRun(0, 4100, 5000).buffer.byteLength).toBe(5000);
});
