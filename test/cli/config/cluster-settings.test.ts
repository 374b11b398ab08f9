import { expect, test } from 'vitest';
import { checkConfig } from '../../../src/cli/config/config.js';

const listeners = [{ path: '/rooms/*', behaviour: 'rooms' }];

test.each([
  { nats: 'nats://a:4222' },
  { nats: ['a', 'b'], name: 'chat', history: false, needsBroker: false, storage: 'memory', replicas: 3 },
  { redis: 'redis://a', history: { messages: 10, ageMs: 1_000 }, survivesRestart: true },
])('a configuration may have the cluster %j', (cluster) => {
  expect(checkConfig({ listeners, cluster }).cluster).toEqual(cluster);
});

test.each([
  [{ nats: 5 }, 'cluster.nats is 5; it must be a server such as "nats.internal:4222", or a list of them.'],
  [{ history: true }, 'cluster.history is true; it must be false or an object of messages and ageMs.'],
  [
    { history: { messages: 5 } },
    'cluster.history has ageMs, which is missing; an object of history settings needs it.',
  ],
  [{ storage: 'disk' }, 'cluster.storage is "disk"; it must be "file" or "memory".'],
  [{ kafka: 'a' }, 'cluster.kafka is unknown; an object of cluster settings has nats, redis, name,'],
])('%j is refused: %s', (cluster, message) => {
  expect(() => checkConfig({ listeners, cluster })).toThrow(message);
});
