import { expect, test } from 'vitest';
import { Tail } from '../../../src/cluster/history/tail.js';

const entry = (offset: number, bytes = 1) => ({ offset, at: 0, payload: Buffer.alloc(bytes), headers: {} });

test('has all entries after an offset that it covers, and says when it does not', () => {
  const tail = new Tail();
  expect(tail.after(0)).toBeUndefined();
  tail.start(10);
  expect(tail.after(9)).toBeUndefined();
  expect(tail.after(10)).toEqual([]);
  for (const offset of [12, 15, 20]) tail.push(entry(offset));
  expect(tail.after(10)?.map(({ offset }) => offset)).toEqual([12, 15, 20]);
  expect(tail.after(13)?.map(({ offset }) => offset)).toEqual([15, 20]);
  expect(tail.after(99)).toEqual([]);
});

test('is bounded, in entries and in bytes', () => {
  const tail = new Tail();
  tail.start(0);
  for (let offset = 1; offset <= 300; offset += 1) tail.push(entry(offset));
  expect(tail.after(43)).toBeUndefined();
  expect(tail.after(44)).toHaveLength(256);
  tail.push(entry(301, 262_144));
  expect(tail.after(299)).toBeUndefined();
  expect(tail.after(300)).toHaveLength(1);
  tail.push(entry(302, 300_000));
  expect(tail.after(301)).toBeUndefined();
  expect(tail.after(302)).toEqual([]);
});

test('keeps no view of what a broker has read', () => {
  const tail = new Tail();
  tail.start(0);
  const read = entry(1);
  tail.push(read);
  read.payload.fill(7);
  expect(tail.after(0)?.[0]?.payload).toEqual(Buffer.alloc(1));
});
