import { expect, test } from 'vitest';
import { topicKey } from '../../src/cluster/topic-key.js';

test('topics that keep differently much are different ones, also beside names that look like it', () => {
  const history = { messages: 10, ageMs: 5_000 };
  const keys = [
    topicKey('chat', 'tea', undefined),
    topicKey('chat', 'tea', history),
    topicKey('chat', 'tea', { ...history, ageMs: 6_000 }),
    topicKey('chat', 'tea_-10_-5000', undefined),
  ].map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  for (const key of keys) expect(key).toMatch(/^[A-Za-z0-9_-]+$/);
});

test('topics that keep equally much share a log', () => {
  const history = { messages: 10, ageMs: 5_000 };
  expect(topicKey('chat', 'a', history).log).toEqual(topicKey('chat', 'b', history).log);
  expect(topicKey('chat', 'a', history).log).not.toEqual(topicKey('talk', 'a', history).log);
  expect(topicKey('chat', 'a', undefined).log).toBeUndefined();
});
