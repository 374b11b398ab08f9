import { expect, test } from 'vitest';
import { aGateway } from './a-gateway.js';

test('a client is sent events by itself, and with all others', async () => {
  await using stage = await aGateway({ me: async (client) => void client.emit('you', { a: 1 }) });
  await using one = await stage.dial();
  await using two = await stage.dial();
  one.send('{"event":"me"}');
  expect((await one.receive())?.json()).toEqual({ event: 'you', data: { a: 1 } });
  expect(stage.server.emit('news', 5)).toMatchObject({ taken: 2 });
  for (const client of [one, two]) expect((await client.receive())?.json()).toEqual({ event: 'news', data: 5 });
  expect([stage.server.clients.size, stage.server.listener.connectionCount]).toEqual([2, 2]);
});
