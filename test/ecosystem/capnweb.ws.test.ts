import { newWebSocketRpcSession, RpcTarget } from 'capnweb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSupervisor, type Supervisor } from 'wirekeeper';
import { WebSocket } from 'wirekeeper/ws';
import { classOf, type Served, serve } from './served.js';
import { endingsOf } from './w3c-place.js';

class Api extends RpcTarget {
  add(a: number, b: number): number {
    return a + b;
  }
}

let client: Supervisor;
let served: Served;
beforeEach(() => {
  client = createSupervisor();
  // It looks for the constants of the global class.
  vi.stubGlobal('WebSocket', WebSocket);
});
afterEach(async () => {
  await client.stop();
  await served.supervisor.stop();
  vi.unstubAllGlobals();
});

/** It takes sockets by the interface that browsers have. */
const sessionOn = (socket: WebSocket, api?: Api) =>
  newWebSocketRpcSession<Api>(socket as unknown as globalThis.WebSocket, api);

async function start(port = 0): Promise<string> {
  served = await serve({}, port);
  served.server.on('connection', (socket) => void sessionOn(socket, new Api()));
  return `ws://127.0.0.1:${served.port}`;
}

test('calls go through sockets of ws on both sides; a session ends with a drain, and another one begins', async () => {
  const url = await start();
  const Socket = classOf(client);
  const api = sessionOn(new Socket(url));
  expect(await api.add(1, 2)).toBe(3);
  const broken = new Promise((resolve) => api.onRpcBroken(resolve));
  await served.drain();
  expect(await broken).toBeInstanceOf(Error);
  await expect(api.add(1, 2)).rejects.toThrow();
  expect(served.endings()).toEqual([['drained', 1012]]);
  await expect.poll(() => endingsOf(client.endings)).toEqual(['peer-closed 1012']);

  await start(served.port);
  const next = sessionOn(new Socket(url));
  expect(await next.add(3, 4)).toBe(7);
  next[Symbol.dispose]();
  await expect.poll(() => served.endings()).toEqual([['peer-closed', 3000]]);
  served.server.close();
});
