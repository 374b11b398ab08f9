import { JSONRPCClient, JSONRPCServer, JSONRPCServerAndClient } from 'json-rpc-2.0';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSupervisor, type Supervisor } from 'wirekeeper';
import type { WebSocket } from 'wirekeeper/ws';
import { eventually } from '../support/eventually.js';
import { classOf, type Served, serve } from './served.js';
import { endingsOf } from './w3c-place.js';

/** Both ends call each other over one socket, as the package's documentation has it for ws. */
function peerOn(socket: WebSocket): JSONRPCServerAndClient {
  const peer = new JSONRPCServerAndClient(
    new JSONRPCServer(),
    new JSONRPCClient((request) => socket.send(JSON.stringify(request))),
  );
  socket.on('message', (data: Buffer) => void peer.receiveAndSend(JSON.parse(data.toString())));
  socket.on('close', (code) => peer.rejectAllPendingRequests(`closed: ${code}`));
  return peer;
}

let client: Supervisor;
let served: Served;
beforeEach(() => {
  client = createSupervisor();
});
afterEach(async () => {
  await client.stop();
  await served.supervisor.stop();
});

async function start(port = 0): Promise<string> {
  served = await serve({}, port);
  served.server.on('connection', (socket) => {
    const peer = peerOn(socket);
    peer.addMethod('double', async (n: number) => n * (await peer.request('factor', {})));
    peer.addMethod('never', () => new Promise(() => {}));
  });
  return `ws://127.0.0.1:${served.port}`;
}

async function dial(url: string) {
  const socket = new (classOf(client))(url);
  const peer = peerOn(socket);
  peer.addMethod('factor', () => 2);
  await eventually(() => socket.readyState === socket.OPEN);
  return { socket, peer };
}

test('both ends call each other on sockets of ws; a drain rejects what is pending', async () => {
  const url = await start();
  const { peer } = await dial(url);
  expect(await peer.request('double', 21)).toBe(42);
  const rejected = expect(Promise.resolve(peer.request('never', {}))).rejects.toThrow('closed: 1012');
  await served.drain();
  await rejected;
  expect(served.endings()).toEqual([['drained', 1012]]);

  await start(served.port);
  const next = await dial(url);
  expect(await next.peer.request('double', 4)).toBe(8);
  next.socket.close(1000, 'done');
  await eventually(() => endingsOf(client.endings).length === 2);
  expect(endingsOf(client.endings)).toEqual(['peer-closed 1012', 'close-called 1000']);
  await expect.poll(() => served.endings()).toEqual([['peer-closed', 1000]]);
  served.server.close();
});
