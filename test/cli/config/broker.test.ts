import { expect, test } from 'vitest';
import { brokerOf } from '../../../src/cli/config/broker.js';

test('is none without a server, and one that says where it is with one', async () => {
  expect(await brokerOf({ name: 'chat' })).toBeUndefined();
  expect(await brokerOf({ nats: ['nats://ann:secret@a:1', 'b:2'] })).toMatchObject({
    broker: { name: 'nats' },
    place: 'NATS at a:1, b:2',
  });
  expect(await brokerOf({ redis: 'redis://ann:secret@a:1/2' })).toMatchObject({
    broker: { name: 'redis' },
    place: 'Redis at redis://***@a:1/2',
  });
});

test.each([
  [{ nats: 'a', redis: 'redis://a' }, 'it cannot have both nats and redis'],
  [{ redis: 'nats://ann:secret@a' }, 'redisBroker: url is no URL of Redis'],
  [{ nats: 'a', replicas: 9 }, 'natsBroker: replicas is 9'],
])('%j is refused: %s', async (settings, message) => {
  await expect(brokerOf(settings)).rejects.toThrow(message);
});
