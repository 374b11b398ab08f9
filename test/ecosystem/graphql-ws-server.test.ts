import { GraphQLObjectType, GraphQLSchema, GraphQLString } from 'graphql';
import { createClient } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'wirekeeper/ws';
import { type Served, serve } from './served.js';

async function* ticks(): AsyncGenerator<{ readonly tick: string }> {
  for (let tick = 1; ; tick += 1) {
    yield { tick: String(tick) };
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const schema = new GraphQLSchema({
  query: new GraphQLObjectType({ name: 'Query', fields: { hello: { type: GraphQLString, resolve: () => 'world' } } }),
  subscription: new GraphQLObjectType({
    name: 'Subscription',
    fields: { tick: { type: GraphQLString, subscribe: ticks } },
  }),
});

let served: Served;
afterEach(() => served.supervisor.stop());

async function start(port = 0): Promise<void> {
  served = await serve({}, port);
  useServer({ schema }, served.server);
}

test('useServer and a client run queries and subscriptions, also after a drain', async () => {
  await start();
  const { port } = served;
  const client = createClient({
    url: `ws://127.0.0.1:${port}`,
    webSocketImpl: WebSocket,
    retryAttempts: 50,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 20)),
  });
  const results = client.iterate({ query: '{ hello }' });
  expect((await results.next()).value).toEqual({ data: { hello: 'world' } });

  const seen: unknown[] = [];
  const stop = client.subscribe(
    { query: 'subscription { tick }' },
    { next: ({ data }) => seen.push(data?.['tick']), error: (error) => seen.push(error), complete: () => {} },
  );
  await expect.poll(() => seen.length).toBeGreaterThan(2);
  const first = served;
  await first.drain();
  expect(first.endings().at(-1)).toEqual(['drained', 1012]);

  await start(port);
  await expect.poll(() => seen.lastIndexOf('1')).toBeGreaterThan(0);
  stop();
  await client.dispose();
  await expect.poll(() => served.endings()).toEqual([['peer-closed', 1000]]);
  served.server.close();
});

test('a client that breaks the protocol of graphql-ws is closed with its code', async () => {
  await start();
  const socket = new WebSocket(`ws://127.0.0.1:${served.port}`, 'graphql-transport-ws');
  socket.on('open', () => socket.send('nonsense'));
  const code = await new Promise((resolve) => socket.on('close', resolve));
  expect(code).toBe(4400);
  await expect.poll(() => served.endings()).toEqual([['close-called', 4400]]);
  served.server.close();
});
