import { EventEmitter } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { type Duplex, PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { onceAnswered, serveAsRequest } from '../../../src/transport/ws/serve-as-request.js';
import { BytePeer } from '../../support/byte-peer.js';
import { eventually } from '../../support/eventually.js';
import { settled } from '../../support/settled.js';
import { sharing } from '../../support/shared-server.js';

const ASKED = 'GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nX-A:  1\r\n\r\n';

/** A server on which every upgrade is handed back, after `before`. */
function handingBack(
  onRequest: RequestListener,
  before: (message: IncomingMessage, socket: Duplex) => void = () => {},
) {
  const server = createServer(onRequest);
  server.on('upgrade', (message, socket, head) => {
    before(message, socket);
    serveAsRequest(server, message, socket, head);
  });
  return sharing(server);
}

test('a request handed back has all that it had, and is no upgrade', async () => {
  await using place = await handingBack(({ method, url, rawHeaders, ...request }, response) =>
    response.end(JSON.stringify([method, url, rawHeaders, 'upgrade' in request && request.upgrade])),
  );
  await using peer = BytePeer.connect(place.port, ASKED);
  await eventually(() => peer.bytes.includes(']'));
  expect(peer.bytes.toString()).toContain(
    JSON.stringify(['GET', '/a', ['Host', 'x', 'Connection', 'Upgrade', 'Upgrade', 'h2c', 'X-A', '1'], false]),
  );
});

test('only that one: the next upgrade on its connection comes to the upgrade listeners again', async () => {
  let upgrades = 0;
  await using place = await handingBack(
    (_request, response) => response.end('plain'),
    () => (upgrades += 1),
  );
  await using peer = BytePeer.connect(place.port, ASKED);
  await eventually(() => peer.bytes.includes('plain'));
  peer.socket.write(ASKED);
  await eventually(() => upgrades === 2);
});

test('a server whose own listener goes by another name has the connection emitted again', async () => {
  const server = createServer();
  const own = server.listeners('connection')[0] as (...args: unknown[]) => void;
  const emitted: unknown[] = [];
  server.removeAllListeners('connection');
  server.on('connection', (socket) => emitted.push(socket));
  expect(own.name).toBe('connectionListener');
  const socket = new PassThrough();
  serveAsRequest(
    server,
    { method: 'GET', url: '/', httpVersion: '1.1', rawHeaders: ['Host', 'x'] } as IncomingMessage,
    socket,
    Buffer.from('head'),
  );
  expect(emitted).toEqual([socket]);
  expect(String(socket.read())).toBe('GET / HTTP/1.1\r\nHost:x\r\n\r\nhead');
});

test('a socket that is gone or ended is left alone', () => {
  const server = createServer();
  const message = { method: 'GET', url: '/', httpVersion: '1.1', rawHeaders: [] } as unknown as IncomingMessage;
  const destroyed = new PassThrough().destroy();
  const ended = new PassThrough().end();
  serveAsRequest(server, message, destroyed, Buffer.alloc(0));
  serveAsRequest(server, message, ended, Buffer.alloc(0));
  expect([destroyed.listenerCount('data'), ended.listenerCount('data')]).toEqual([0, 0]);
});

test('waits for every response to an earlier request', async () => {
  const socket = Object.assign(new PassThrough(), { _httpMessage: undefined as EventEmitter | undefined });
  const [first, second] = [new EventEmitter(), new EventEmitter()];
  let isCalled = false;
  socket._httpMessage = first;
  onceAnswered(socket, () => (isCalled = true));
  socket._httpMessage = second;
  first.emit('finish');
  await settled();
  expect(isCalled).toBe(false);
  socket._httpMessage = undefined;
  second.emit('close');
  expect([isCalled, first.eventNames(), second.eventNames()]).toEqual([true, [], []]);
});
