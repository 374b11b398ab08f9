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
    partial.add(chunk, 0, chunk.length, MIB);
    expect(partial.bytes.length).toBeLessThanOrEqual(Math.max(1024, partial.have * 4));
  }
});

test('has room for a whole header when the length is not known yet', () => {
  const partial = new PartialFrame(Buffer.of(0x82), 0);
  for (let i = 0; i < 13; i++) partial.add(Buffer.of(i), 0, 1, 0);
  expect([...partial.bytes.subarray(0, partial.have)]).toEqual([0x82, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test('puts the parts together, and has exactly the room of the whole in the end', () => {
  const whole = Buffer.from('abcdefghij'.repeat(1000));
  const partial = new PartialFrame(whole.subarray(0, 4000), whole.length);
  partial.add(whole, 4000, 6000, whole.length);
  expect(partial.bytes).toEqual(whole);
});

test('a megabyte that comes byte by byte is copied a few times, not a million', () => {
  const partial = new PartialFrame(Buffer.alloc(1), MIB);
  const one = Buffer.of(7);
  let moves = 0;
  for (let room = partial.bytes; partial.have < MIB; ) {
    partial.add(one, 0, 1, MIB);
    if (partial.bytes !== room) moves += 1;
    room = partial.bytes;
  }
  expect(moves).toBeLessThan(10);
});
