import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import { initTRPC } from '@trpc/server';
import { applyWSSHandler } from '@trpc/server/adapters/ws';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSupervisor, type Supervisor } from 'wirekeeper';
import { createWebSocketClass } from 'wirekeeper/websocket';
import { WebSocketServer } from 'ws';
import { eventually } from '../support/eventually.js';
import { endingsOf } from './w3c-place.js';

const t = initTRPC.create();
const router = t.router({
  hello: t.procedure.query(() => 'world'),
  ticks: t.procedure.subscription(async function* ticks({ signal }) {
    yield 1;
    await new Promise((resolve) => signal?.addEventListener('abort', resolve));
  }),
});

let server: WebSocketServer;
let client: Supervisor;
let url: string;

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  applyWSSHandler({ wss: server, router });
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  client = createSupervisor();
});
afterEach(async () => {
  await client.stop();
  for (const socket of server.clients) socket.terminate();
  server.close();
});

function aClient() {
  const ws = createWSClient({
    url,
    WebSocket: createWebSocketClass({ supervisor: client }),
    retryDelayMs: () => 10,
  });
  return { ws, api: createTRPCClient<typeof router>({ links: [wsLink({ client: ws })] }) };
}

test('its link asks, subscribes again after a cut and a close, and closes without a code', async () => {
  const { ws, api } = aClient();
  expect(await api.hello.query()).toBe('world');
  const ticks: unknown[] = [];
  const subscription = api.ticks.subscribe(undefined, { onData: (tick) => ticks.push(tick) });
  await eventually(() => ticks.length === 1);
  for (const socket of server.clients) socket.terminate();
  await eventually(() => ticks.length === 2);
  for (const socket of server.clients) socket.close(1012, 'deploy');
  await eventually(() => ticks.length === 3);
  expect(await api.hello.query()).toBe('world');
  subscription.unsubscribe();
  await ws.close();
  await eventually(() => endingsOf(client.endings).length === 3);
  expect(endingsOf(client.endings)).toEqual(['socket-ended 1006', 'peer-closed 1012', 'close-called 1005']);
});
