import { expect, test } from 'vitest';
import { batchOf, join, type Queued } from '../../../../src/transport/ws/socket/queued.js';

const queued = (text: string): Queued => ({ framed: Buffer.from(text), payloadBytes: text.length });

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('one message is not copied', () => {
  const message = queued('a');
  expect(join([message])).toBe(message.framed);
});

test('messages are joined in order', () => {
  expect(join([queued('a'), queued('b'), queued('c')]).toString()).toBe('abc');
});

test('the same messages in many queues are joined once', () => {
  const parts = [queued('a'), queued('b')];
  const joined = join(parts);
  expect(join([...parts])).toBe(joined);
});

test('other messages, more, or fewer are joined anew', () => {
  const parts = [queued('a'), queued('b')];
  join(parts);
  expect(join([...parts, queued('c')]).toString()).toBe('abc');
  expect(join([parts[0] as Queued, queued('b2')]).toString()).toBe('ab2');
  expect(join([...parts].reverse()).toString()).toBe('ba');
});

test('what was joined is held for one turn of the loop only', async () => {
  const parts = [queued('a'), queued('b')];
  const joined = join(parts);
  await turn();
  expect(join(parts)).not.toBe(joined);
  expect(join(parts)).toEqual(joined);
});

test('a batch is as many as make one sensible write, one at least, with an account of the data messages', () => {
  const large: Queued = { framed: Buffer.alloc(10), tail: Buffer.alloc(90), payloadBytes: 90 };
  const control: Queued = { framed: Buffer.alloc(2), payloadBytes: undefined };
  const several: Queued = { framed: Buffer.alloc(20), payloadBytes: 12, frames: 4 };
  expect(batchOf([several, control, large])).toEqual({ count: 3, size: 122, hasTails: true, frames: 5, bytes: 102 });
  expect(batchOf([several, control, large], 121)).toEqual({
    count: 2,
    size: 22,
    hasTails: false,
    frames: 4,
    bytes: 12,
  });
  expect(batchOf([large, several], 10)).toEqual({ count: 1, size: 100, hasTails: true, frames: 1, bytes: 90 });
});
