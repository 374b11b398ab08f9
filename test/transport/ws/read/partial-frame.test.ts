import { expect, test } from 'vitest';
import { PartialFrame } from '../../../../src/transport/ws/read/partial-frame.js';

const MIB = 1024 * 1024;

test('keeps a copy of the start, so that the read it came in is free', () => {
  const read = Buffer.from('start');
  const partial = new PartialFrame(read, 100);
  read.fill(0);
  expect(partial.bytes.toString('latin1', 0, partial.have)).toBe('start');
});

test('a peer that announces 1 MiB and sends ten bytes holds about a kilobyte', () => {
  expect(new PartialFrame(Buffer.alloc(10), MIB).bytes.length).toBeLessThanOrEqual(1024);
});

test('never has more room than a few times what came', () => {
  const partial = new PartialFrame(Buffer.alloc(10), MIB);
  const chunk = Buffer.alloc(3000);
  while (partial.have + chunk.length < MIB) {
    partial.fill(chunk, 0, chunk.length, MIB);
    expect(partial.bytes.length).toBeLessThanOrEqual(Math.max(1024, partial.have * 4));
  }
});

test('has room for a whole header when the length is not known yet', () => {
  const partial = new PartialFrame(Buffer.of(0x82), 0);
  for (let i = 0; i < 13; i++) partial.fill(Buffer.of(i), 0, 1, 0);
  expect([...partial.bytes.subarray(0, partial.have)]).toEqual([0x82, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test('puts the parts together, and has exactly the room of the whole in the end', () => {
  const whole = Buffer.from('abcdefghij'.repeat(1000));
  const partial = new PartialFrame(whole.subarray(0, 4000), whole.length);
  partial.fill(whole, 4000, whole.length, whole.length);
  expect(partial.bytes).toEqual(whole);
});

test('a megabyte that comes byte by byte is copied a few times, not a million', () => {
  const partial = new PartialFrame(Buffer.alloc(1), MIB);
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
  const partial = new PartialFrame(Buffer.alloc(2), length);
  expect(partial.fill(Buffer.alloc(chunk), 0, chunk, length)).toBe(added);
  expect(partial.have).toBe(2 + added);
});
