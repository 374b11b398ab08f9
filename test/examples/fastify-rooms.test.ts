import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { build } from '../../examples/fastify-rooms.js';

let app: FastifyInstance;
beforeEach(async () => {
  app = await build();
});
afterEach(() => app.close());

const enter = (room: string, user: string) => app.injectWS(`/rooms/${room}`, { headers: { 'x-user': user } });

test('everybody in a room hears what is said there, and nobody else', async () => {
  const [ann, bob, eve] = [await enter('tea', 'ann'), await enter('tea', 'bob'), await enter('coffee', 'eve')];
  ann.send('hello');
  for (const client of [ann, bob]) expect((await client.receive())?.text()).toBe('ann: hello');
  eve.send('anybody?');
  expect((await eve.receive())?.text()).toBe('eve: anybody?');
});

test('a hook refuses a client without a name', async () => {
  await expect(app.injectWS('/rooms/tea')).rejects.toMatchObject({ report: { httpStatus: 401 } });
});

test('closing drains', async () => {
  const ann = await enter('tea', 'ann');
  await app.close();
  expect(await ann.closed).toMatchObject({ received: { code: 1012 } });
});
