import { afterEach, expect, test } from 'vitest';
import { createSupervisor, type Supervisor } from 'wirekeeper';
import { createWebSocketStream, WebSocket, WebSocketServer } from 'wirekeeper/ws';
import { type AnySocket, closed, until } from './stage.js';

let supervisor: Supervisor;
let server: WebSocketServer;

afterEach(async () => {
  server.close();
  await supervisor.stop();
});

async function pair() {
  supervisor = createSupervisor();
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', supervisor });
  await until(server, 'listening');
  const connected = until(server, 'connection');
  const { port } = server.address() as { readonly port: number };
  const client = new WebSocket(`ws://127.0.0.1:${port}/`, { supervisor });
  const [accepted] = (await connected) as [AnySocket];
  return { client, accepted };
}

test('a socket is paused while nobody reads its stream, and nothing is lost', async () => {
  const { client, accepted } = await pair();
  const stream = createWebSocketStream(accepted);
  await until(client, 'open');
  for (let i = 0; i < 64; i += 1) client.send(Buffer.alloc(4096, i));
  await expect.poll(() => accepted.isPaused).toBe(true);
  client.close();
  let bytes = 0;
  for await (const chunk of stream) bytes += (chunk as Buffer).length;
  expect(bytes).toBe(64 * 4096);
});

test('what is written before the socket is open waits', async () => {
  const { client, accepted } = await pair();
  const stream = createWebSocketStream(client);
  stream.write('early');
  const [data] = await until(accepted, 'message');
  expect(String(data)).toBe('early');
  stream.resume().end();
  await Promise.all([until(stream, 'close'), closed(accepted)]);
  expect(accepted.report?.trigger).toBe('peer-closed');
});

test('destroy drops the socket', async () => {
  const { client, accepted } = await pair();
  await until(client, 'open');
  const stream = createWebSocketStream(client);
  const failed = new Promise((resolve) => stream.on('error', resolve));
  stream.destroy(new Error('mine'));
  expect(await failed).toEqual(new Error('mine'));
  await Promise.all([closed(client), closed(accepted)]);
  expect(client.report?.trigger).toBe('terminated');
});

test('texts are texts in a stream of objects', async () => {
  const { client, accepted } = await pair();
  const stream = createWebSocketStream(accepted, { readableObjectMode: true });
  await until(client, 'open');
  client.send('text');
  const [chunk] = await until(stream, 'data');
  expect(chunk).toBe('text');
  stream.resume().end();
  client.close();
  await until(stream, 'close');
});
