import { expect, test } from 'vitest';
import { APPEND, channelOf, keysOf, OPEN, READ } from '../../../src/adapters/redis/log-scripts.js';

test('all keys of a log have its name as their hash tag, and those of an epoch are nobody else’s', () => {
  const { log, entries, last } = keysOf('chat_-10_-1000');
  const [one, other] = ['1-1', '1-2'].map((epoch) => [entries(epoch, 'tea'), last(epoch, 'tea')]);
  const keys = [log, ...(one ?? []), ...(other ?? [])];
  expect(new Set(keys.map((key) => /\{(.*?)\}/.exec(key)?.[1]))).toEqual(new Set(['chat_-10_-1000']));
  expect(new Set(keys).size).toBe(5);
  expect(channelOf('log', 'tea')).not.toBe(channelOf('log', 'coffee'));
});

test('numbers reach Redis as digits, however large they are', () => {
  // Lua writes 1e+15 for what is only joined to a text.
  for (const script of [OPEN, APPEND, READ]) expect(script).not.toContain('tostring');
  expect(APPEND).toContain("string.format('%.0f-%.0f'");
});
