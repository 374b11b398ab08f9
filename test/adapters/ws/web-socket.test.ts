import { afterEach, expect, test, vi } from 'vitest';
import { createSupervisor, type Supervisor } from 'wirekeeper';
import { WebSocket, WebSocketServer } from 'wirekeeper/ws';
import { type AnySocket, closed, messages, until } from './stage.js';

let supervisor: Supervisor;
const servers: WebSocketServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await supervisor.stop();
});

/** Opens a pair of sockets under a supervisor of their own. */
async function pair(serverOptions = {}, clientOptions = {}) {
  supervisor = createSupervisor({ warnWhenFailed: false });
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', supervisor, ...serverOptions });
  servers.push(server);
  const connected = until(server, 'connection');
  await until(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  const client = new WebSocket(`ws://127.0.0.1:${port}/`, { supervisor, ...clientOptions });
  await until(client, 'open');
  const [accepted] = (await connected) as [AnySocket];
  return { server, client, accepted, port };
}

test('a socket is a supervised connection, with its report', async () => {
  const { client, accepted } = await pair();
  expect([...supervisor.connections.values()]).toEqual(
    expect.arrayContaining([client.connection, accepted.connection]),
  );
  client.close(4000, 'done');
  await Promise.all([closed(client), closed(accepted)]);
  expect(client.report).toMatchObject({
    trigger: 'close-called',
    code: 4000,
    received: { code: 4000 },
    wasClean: true,
  });
  expect(accepted.report).toMatchObject({ trigger: 'peer-closed', code: 4000, reason: 'done', role: 'accepted' });
  expect(supervisor.endings).toEqual(expect.arrayContaining([client.report, accepted.report]));
});

test('a socket that never opened has its report, too', async () => {
  supervisor = createSupervisor();
  const socket = new WebSocket('ws://127.0.0.1:1/', { supervisor });
  const error = vi.fn();
  socket.on('error', error);
  await closed(socket);
  expect(error).toHaveBeenCalledOnce();
  expect(socket.report).toMatchObject({ trigger: 'dial-failed', phase: 'connecting' });
  expect(socket.connection).toBeUndefined();
});

test('messages wait for a listener that comes after an await of what has settled', async () => {
  const { server, port } = await pair();
  server.on('connection', (socket) => socket.send('at once'));
  const client = new WebSocket(`ws://127.0.0.1:${port}/`, { supervisor });
  await until(client, 'open');
  await Promise.resolve();
  const [data] = await until(client, 'message');
  expect(String(data)).toBe('at once');
});

test('a listener of messages that throws ends its socket with 1011, and no other', async () => {
  const { client, accepted, server, port } = await pair();
  const bug = new Error('bug');
  accepted.on('message', () => {
    throw bug;
  });
  const other = new WebSocket(`ws://127.0.0.1:${port}/`, { supervisor });
  const [unharmed] = (await until(server, 'connection')) as [AnySocket];
  client.send('x');
  await Promise.all([closed(client), closed(accepted)]);
  expect(accepted.report).toMatchObject({ trigger: 'handler-threw', sent: { code: 1011 }, handlerError: bug });
  const answered = messages(other, 1);
  unharmed.send('still here');
  await answered;
});

test('a listener of connection that throws ends its socket with 1011, which emits close', async () => {
  const { server, port } = await pair();
  const ended = new Promise<AnySocket>((resolve) => {
    server.on('connection', (socket) => {
      socket.on('close', () => resolve(socket));
      throw new Error('bug');
    });
  });
  const client = new WebSocket(`ws://127.0.0.1:${port}/`, { supervisor });
  await closed(client);
  expect((await ended).report?.trigger).toBe('handler-threw');
  expect(client.report?.received?.code).toBe(1011);
});

test('a callback of send that throws ends its socket with 1011', async () => {
  const { client, accepted } = await pair();
  accepted.send('x', () => {
    throw new Error('bug');
  });
  await Promise.all([closed(client), closed(accepted)]);
  expect(accepted.report?.trigger).toBe('handler-threw');
});

test('an accepted socket without a listener of errors does not end the process', async () => {
  const { client, accepted } = await pair({ maxPayload: 1 });
  client.send('too long');
  await Promise.all([closed(client), closed(accepted)]);
  expect(accepted.report).toMatchObject({ trigger: 'too-big', sent: { code: 1009 } });
});

test('a refusal is handed out with the beginning of its body, and then the socket is closed', async () => {
  supervisor = createSupervisor();
  const { port } = await pair({
    verifyClient: (_info: unknown, done: (ok: boolean, code?: number, message?: string) => void) =>
      done(servers[0]?.clients.size === 0, 418, 'no coffee'),
  });
  const client = new WebSocket(`ws://127.0.0.1:${port}/`, { supervisor });
  const failed = vi.fn();
  client.on('error', failed);
  const [, response] = (await until(client, 'unexpected-response')) as [
    undefined,
    AsyncIterable<Buffer> & { statusCode: number },
  ];
  await closed(client);
  let body = '';
  for await (const chunk of response) body += String(chunk);
  expect([response.statusCode, body]).toEqual([418, 'no coffee']);
  expect(failed).not.toHaveBeenCalled();
});

test('the end of an await using block closes it', async () => {
  const { client, accepted } = await pair();
  await client[Symbol.asyncDispose]();
  expect(client.readyState).toBe(client.CLOSED);
  await closed(accepted);
  await client[Symbol.asyncDispose]();
});

test('a drain of the supervisor closes sockets with advice, and refuses new ones', async () => {
  const { client, accepted, port } = await pair();
  const drained = supervisor.drain({ spreadMs: 0, notReadyFirstMs: 0, finishFirstMs: 0, withinMs: 5_000 });
  const [code] = await until(client, 'close');
  expect(code).toBe(1012);
  await closed(accepted);
  expect(accepted.report?.trigger).toBe('drained');
  expect(await drained).toMatchObject({ outcome: 'drained', forced: 0 });
  const late = new WebSocket(`ws://127.0.0.1:${port}/`, { supervisor: (supervisor = createSupervisor()) });
  const [error] = await until(late, 'close').catch((thrown: unknown) => [thrown]);
  expect(String(error)).toContain('503');
  await closed(late);
});
