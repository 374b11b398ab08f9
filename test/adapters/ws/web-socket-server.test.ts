import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { afterEach, expect, test, vi } from 'vitest';
import { createSupervisor, type Supervisor } from 'wirekeeper';
import { type ServerOptions, WebSocket, WebSocketServer } from 'wirekeeper/ws';
import { closed, until } from './stage.js';

let supervisor: Supervisor;
const servers: WebSocketServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await supervisor.stop();
});

async function listen(options: ServerOptions = {}) {
  supervisor = createSupervisor();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', supervisor, ...options });
  servers.push(server);
  await until(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  return { server, url: `ws://127.0.0.1:${port}/` };
}

const failureOf = async (socket: WebSocket) => {
  const error = await new Promise<Error>((resolve) => socket.on('error', resolve));
  await closed(socket);
  return error.message;
};

test('its listener is a child of the supervisor from the first client to the last', async () => {
  const { server, url } = await listen();
  expect(supervisor.whichChildren()).toEqual([]);
  const client = new WebSocket(url);
  await until(client, 'open');
  expect(supervisor.countChildren().active).toBe(1);
  server.close();
  expect(supervisor.countChildren().active).toBe(1);
  client.close();
  await closed(client);
  await expect.poll(() => supervisor.countChildren().specs).toBe(0);
});

test('a function of the user that throws refuses its client with 503, which is reported', async () => {
  const { url } = await listen({
    verifyClient: () => {
      throw new Error('bug');
    },
  });
  const refused = vi.fn();
  supervisor.events$.subscribe((event) => event.type === 'handshake.refused' && refused(event.status, event.error));
  expect(await failureOf(new WebSocket(url))).toBe('Unexpected server response: 503');
  expect(refused).toHaveBeenCalledWith(503, new Error('bug'));
});

test('browsers of any origin are let in, unless origins says otherwise', async () => {
  const open = await listen();
  const client = new WebSocket(open.url, { origin: 'https://elsewhere.example' });
  await until(client, 'open');
  client.close();
  await closed(client);
  await supervisor.stop();
  const strict = await listen({ origins: 'same-origin' });
  const refused = new WebSocket(strict.url, { origin: 'https://elsewhere.example' });
  expect(await failureOf(refused)).toBe('Unexpected server response: 403');
});

test('a class of one’s own is that of its sockets', async () => {
  class Named extends WebSocket {
    readonly name = 'own';
  }
  const { server, url } = await listen({ WebSocket: Named });
  const connected = until(server, 'connection');
  const client = new WebSocket(url);
  await until(client, 'open');
  const [socket] = (await connected) as [Named];
  expect([socket instanceof Named, socket.name]).toEqual([true, 'own']);
  client.close();
  await closed(client);
});

// It stayed among the clients for ever, and close waited for it.
test('a class that is no WebSocket of this entry ends its connection with 1011, and is forgotten', async () => {
  const { server, url } = await listen({ WebSocket: EventEmitter as never });
  const errors: unknown[] = [];
  supervisor.events$.subscribe((event) => event.type === 'connection.ended' && errors.push(event.report.handlerError));
  const client = new WebSocket(url);
  await closed(client);
  expect([client.report?.received?.code, server.clients.size]).toEqual([1011, 0]);
  await expect.poll(() => errors).toEqual([expect.any(TypeError)]);
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

test('handleProtocols may be set after it was made, as graphql-ws does', async () => {
  const { server, url } = await listen();
  server.options.handleProtocols = () => 'second';
  const client = new WebSocket(url, ['first', 'second']);
  await until(client, 'open');
  expect(client.protocol).toBe('second');
  client.close();
  await closed(client);
});

test('the end of an await using block closes it and its clients', async () => {
  const { server, url } = await listen();
  const client = new WebSocket(url);
  await until(client, 'open');
  await server[Symbol.asyncDispose]();
  await closed(client);
  expect(client.report?.received?.code).toBe(1001);
  await server[Symbol.asyncDispose]();
});

test('a client that comes while verifyClient takes its time, and leaves, is no error', async () => {
  let answer = (_isVerified: boolean) => {};
  const { url } = await listen({
    verifyClient: (_info, done: (isVerified: boolean) => void) => {
      answer = done;
    },
  });
  const refused = vi.fn();
  supervisor.events$.subscribe((event) => event.type === 'handshake.refused' && refused(event.status));
  const client = new WebSocket(url);
  await expect.poll(() => supervisor.stats().handshakesInFlight).toBe(1);
  client.on('error', () => {});
  client.terminate();
  await closed(client);
  await expect.poll(() => refused.mock.calls).toEqual([[499]]);
  answer(true);
});

test('an HTTP server that is shared keeps its plain requests', async () => {
  supervisor = createSupervisor();
  const http = createServer((_request: IncomingMessage, response) => response.end('plain'));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const server = new WebSocketServer({ server: http, supervisor });
  servers.push(server);
  const { port } = server.address() as { readonly port: number };
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('plain');
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
});

// ws throws there, where nobody can catch it; and where the paths differ it writes an HTTP error into the WebSocket.
test('two servers on one HTTP server: the first has the client, and the second reports that it was taken', async () => {
  supervisor = createSupervisor();
  const http = createServer();
  http.listen(0, '127.0.0.1');
  await until(http, 'listening');
  const taken = vi.fn();
  supervisor.events$.subscribe((event) => event.type === 'handshake.taken' && taken());
  const [first] = [{}, {}, { path: '/elsewhere' }].map((options) => {
    const server = new WebSocketServer({ server: http, supervisor, ...options });
    servers.push(server);
    return server;
  });
  first?.on('connection', (socket) => socket.on('message', (data, binary) => socket.send(data, { binary })));
  const client = new WebSocket(`ws://127.0.0.1:${(http.address() as { readonly port: number }).port}/`);
  await until(client, 'open');
  client.send('hello');
  expect(String((await until(client, 'message'))[0])).toBe('hello');
  expect(taken).toHaveBeenCalledTimes(1);
  client.close();
  await closed(client);
  expect(client.report?.received?.code).toBe(1005);
  http.close();
});

// As ws does, it refused the upgrades of its neighbours with 400, those of wirekeeper's own listeners too.
test('beside others on one HTTP server it leaves other paths to them, and one of them answers what nobody wants', async () => {
  supervisor = createSupervisor();
  const http = createServer();
  http.listen(0, '127.0.0.1');
  await until(http, 'listening');
  const { port } = http.address() as { readonly port: number };
  for (const path of ['/a', '/b']) {
    const server = new WebSocketServer({ server: http, supervisor, path });
    server.on('connection', (socket) => socket.send(path));
    servers.push(server);
  }
  await supervisor.listen({
    server: http,
    path: '/c',
    handler: async (connection) => {
      connection.send('/c');
      await connection.closed;
    },
  });
  for (const path of ['/a', '/b', '/c']) {
    const client = new WebSocket(`ws://127.0.0.1:${port}${path}`);
    expect(String((await until(client, 'message'))[0])).toBe(path);
    client.close();
    await closed(client);
  }
  expect(await failureOf(new WebSocket(`ws://127.0.0.1:${port}/d`))).toMatch(/40[04]$/);
  http.on('upgrade', ({ url }, socket) => url === '/d' && socket.end('HTTP/1.1 418 Mine\r\n\r\n'));
  expect(await failureOf(new WebSocket(`ws://127.0.0.1:${port}/d`))).toMatch('418');
  http.close();
});

test('a shouldHandle that throws on a shared HTTP server refuses its client with 503', async () => {
  supervisor = createSupervisor();
  const http = createServer();
  http.listen(0, '127.0.0.1');
  await until(http, 'listening');
  const server = new WebSocketServer({ server: http, supervisor });
  servers.push(server);
  http.on('upgrade', () => {});
  server.shouldHandle = () => {
    throw new Error('bug');
  };
  const { port } = http.address() as { readonly port: number };
  expect(await failureOf(new WebSocket(`ws://127.0.0.1:${port}/`))).toMatch('503');
  http.close();
});

// Nest writes the path by which it finds a server again: that threw, since path had a getter only.
test('its path can be written, which changes nothing about what it takes', async () => {
  const { server, url } = await listen({ path: '/a' });
  expect(server.path).toBe('/a');
  server.path = '/b';
  const client = new WebSocket(new URL('/a', url));
  await until(client, 'open');
  client.close();
  await closed(client);
});
