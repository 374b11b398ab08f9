import { afterEach, beforeEach, expect, test } from 'vitest';
import { start } from '../../examples/echo-server.js';
import { refusalOf, UndiciClient, urlOf } from '../support/undici-client.js';

let server: Awaited<ReturnType<typeof start>>;

beforeEach(async () => {
  server = await start({ port: 0 });
});
afterEach(() => server.supervisor.stop());

test('echoes text as text and binary as binary', async () => {
  await using client = await UndiciClient.connect(urlOf(server.listener, '/echo'));
  client.socket.send('text');
  client.socket.send(Buffer.from([1, 2, 3]));
  expect(await client.next()).toBe('text');
  expect(await client.next()).toEqual(Buffer.from([1, 2, 3]));
});

test('serves no other path', async () => {
  expect(await refusalOf(urlOf(server.listener, '/other'))).toMatchObject({ status: 404 });
});

test('closes its clients with 1001, and reports each of them', async () => {
  await using client = await UndiciClient.connect(urlOf(server.listener, '/echo'));
  await server.supervisor.stop();
  expect(await client.closed).toMatchObject({ code: 1001, wasClean: true });
  expect(server.supervisor.endings).toMatchObject([
    { outcome: 'closed', code: 1001, trigger: 'supervisor-stopped', startedBy: 'local', framesIn: 0 },
  ]);
});

test('reports the code and reason of a client that leaves', async () => {
  const client = await UndiciClient.connect(urlOf(server.listener, '/echo'));
  client.socket.close(4000, 'enough');
  expect(await client.closed).toMatchObject({ code: 4000 });
  await server.supervisor.stop();
  expect(server.supervisor.endings).toMatchObject([
    { outcome: 'closed', code: 4000, reason: 'enough', trigger: 'peer-closed', startedBy: 'peer', wasClean: true },
  ]);
});
