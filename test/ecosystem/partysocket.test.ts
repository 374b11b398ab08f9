import PartySocket from 'partysocket/ws';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Connection } from 'wirekeeper';
import { eventually } from '../support/eventually.js';
import { W3cPlace } from './w3c-place.js';

async function echo(connection: Connection) {
  for await (const frame of connection) connection.send(frame);
}

let place: W3cPlace;
beforeEach(async () => {
  place = await W3cPlace.build(echo);
});
afterEach(() => place[Symbol.asyncDispose]());

const SETTINGS = { minReconnectionDelay: 1, maxReconnectionDelay: 50, minUptime: 0 };

test('it keeps its messages while it is connecting, and connects again after a cut and after a deploy', async () => {
  const socket = new PartySocket(place.url, [], { ...SETTINGS, WebSocket: place.classWith() });
  const got: unknown[] = [];
  socket.addEventListener('message', ({ data }) => got.push(data));
  socket.send('1');
  await eventually(() => got.length === 1);
  place.cut();
  await eventually(() => socket.readyState !== socket.OPEN);
  socket.send('2');
  await eventually(() => got.length === 2);
  await place.restart();
  await eventually(() => socket.readyState === socket.OPEN);
  socket.send('3');
  await eventually(() => got.length === 3);
  socket.close(1000, 'done');
  await eventually(() => place.endings.length === 3);
  expect(got).toEqual(['1', '2', '3']);
  expect(place.endings).toEqual(['socket-ended 1006', 'peer-closed 1012', 'close-called 1000']);
});

test('it sees the code of each close', async () => {
  const socket = new PartySocket(place.url, [], { ...SETTINGS, maxRetries: 0, WebSocket: place.classWith() });
  const codes: number[] = [];
  socket.addEventListener('close', ({ code }) => codes.push(code));
  await eventually(() => socket.readyState === socket.OPEN);
  await place.server.stop({ code: 1001, reason: 'going' });
  await eventually(() => codes.length === 1);
  socket.close();
  expect(codes).toEqual([1001]);
  expect(place.endings).toEqual(['peer-closed 1001']);
});
