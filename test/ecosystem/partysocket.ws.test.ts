import PartySocket from 'partysocket/ws';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSupervisor, type Supervisor } from 'wirekeeper';
import { eventually } from '../support/eventually.js';
import { classOf, type Served, serve } from './served.js';
import { endingsOf } from './w3c-place.js';

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
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  return `ws://127.0.0.1:${served.port}`;
}

const SETTINGS = { minReconnectionDelay: 1, maxReconnectionDelay: 50, minUptime: 0 };

test('it connects again with sockets of ws after a cut and after a drain, and sees each code', async () => {
  const url = await start();
  const socket = new PartySocket(url, [], { ...SETTINGS, WebSocket: classOf(client) });
  const got: unknown[] = [];
  const codes: number[] = [];
  socket.addEventListener('message', ({ data }) => got.push(data));
  socket.addEventListener('close', ({ code }) => codes.push(code));
  socket.send('1');
  await eventually(() => got.length === 1);
  for (const each of served.server.clients) each.terminate();
  await eventually(() => codes.length === 1);
  socket.send('2');
  await eventually(() => got.length === 2);
  await served.drain();
  expect(served.endings()).toEqual([
    ['terminated', 1006],
    ['drained', 1012],
  ]);

  await start(served.port);
  await eventually(() => socket.readyState === socket.OPEN);
  socket.send('3');
  await eventually(() => got.length === 3);
  socket.close(1000, 'done');
  await eventually(() => endingsOf(client.endings).length === 3);
  expect(got).toEqual(['1', '2', '3']);
  expect(codes.slice(0, 2)).toEqual([1006, 1012]);
  expect(endingsOf(client.endings)).toEqual(['socket-ended 1006', 'peer-closed 1012', 'close-called 1000']);
  await eventually(() => served.endings().length === 1);
  expect(served.endings()).toEqual([['peer-closed', 1000]]);
  served.server.close();
});
