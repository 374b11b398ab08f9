import { expect, test } from 'vitest';
import { join, type Queued } from '../../../../src/transport/ws/socket/queued.js';

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

test('other messages, more, or fewer are joined again', () => {
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
