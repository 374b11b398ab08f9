import { afterEach, expect, test } from 'vitest';
import { createSupervisor, type Supervisor } from 'wirekeeper';
import { WebSocket, WebSocketServer } from 'wirekeeper/ws';
import { CLOSED, CLOSING, CONNECTING, OPEN } from '../../../src/adapters/ws/life.js';
import { type AnySocket, closed, until } from './stage.js';

let supervisor: Supervisor;
afterEach(() => supervisor.stop());

test('a socket whose supervisor has stopped before it was dialed fails', async () => {
  supervisor = createSupervisor();
  const socket = new WebSocket('ws://127.0.0.1:1/', { supervisor });
  void supervisor.stop();
  const [error] = await until(socket, 'close').catch((thrown: unknown) => [thrown]);
  expect(error).toBeInstanceOf(Error);
  await closed(socket);
});

test('Pings are read when somebody listens to them, also late', async () => {
  supervisor = createSupervisor();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', supervisor });
  await until(server, 'listening');
  const connected = until(server, 'connection');
  const { port } = server.address() as { readonly port: number };
  const client = new WebSocket(`ws://127.0.0.1:${port}/`, { supervisor });
  expect(client.readyState).toBe(CONNECTING);
  const [accepted] = (await connected) as [AnySocket];
  await until(client, 'open');
  expect(client.readyState).toBe(OPEN);
  accepted.ping('unheard');
  const heard: string[] = [];
  client.addListener('ping', (data) => heard.push(String(data)));
  accepted.ping('heard');
  await expect.poll(() => heard).toContain('heard');
  accepted.close();
  expect(accepted.readyState).toBe(CLOSING);
  await Promise.all([closed(client), closed(accepted)]);
  expect(client.readyState).toBe(CLOSED);
  server.close();
});
