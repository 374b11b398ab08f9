import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import { initTRPC } from '@trpc/server';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'wirekeeper/ws';
import { type Served, serve } from './served.js';

const t = initTRPC.create();
const router = t.router({
  greeting: t.procedure.query(() => 'hello'),
  ticks: t.procedure.subscription(async function* ({ signal }) {
    for (let tick = 1; signal?.aborted !== true; tick += 1) {
      yield tick;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }),
});

let served: Served;
afterEach(() => served.supervisor.stop());

const start = async (port = 0) => {
  served = await serve({}, port);
  return applyWSSHandler({ wss: served.server, router });
};

test('a tRPC server and client call and subscribe, reconnect after a drain, and close', async () => {
  await start();
  const { port } = served;
  const client = createWSClient({
    url: `ws://127.0.0.1:${port}`,
    WebSocket: WebSocket as never,
    retryDelayMs: () => 20,
  });
  const trpc = createTRPCClient<typeof router>({ links: [wsLink({ client })] });
  expect(await trpc.greeting.query()).toBe('hello');

  const ticks: number[] = [];
  const subscription = trpc.ticks.subscribe(undefined, { onData: (tick) => ticks.push(tick) });
  await expect.poll(() => ticks.length).toBeGreaterThan(2);

  const first = served;
  await first.drain();
  expect(first.endings()).toEqual([['drained', 1012]]);

  await start(port);
  expect(await trpc.greeting.query()).toBe('hello');
  subscription.unsubscribe();
  await client.close();
  await expect.poll(() => served.endings()).toEqual([['peer-closed', 1005]]);
  served.server.close();
});

test('broadcastReconnectNotification has clients come back', async () => {
  const handler = await start();
  const client = createWSClient({ url: `ws://127.0.0.1:${served.port}`, WebSocket: WebSocket as never });
  const trpc = createTRPCClient<typeof router>({ links: [wsLink({ client })] });
  expect(await trpc.greeting.query()).toBe('hello');
  handler.broadcastReconnectNotification();
  const closedByClient = ['peer-closed', 1005];
  await expect.poll(() => served.endings()).toEqual([closedByClient]);
  expect(await trpc.greeting.query()).toBe('hello');
  await client.close();
  await expect.poll(() => served.endings()).toEqual([closedByClient, closedByClient]);
  served.server.close();
});
