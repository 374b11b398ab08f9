import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BytePeer } from '../../support/byte-peer.js';
import { type Serving, startService } from '../fake-terminal.js';
import { RawClient, request } from '../raw-client.js';

let service: Serving;

beforeEach(async () => {
  service = await startService();
});
afterEach(async () => {
  service.terminal.raise();
  service.terminal.raise();
  await service.status;
});

test.each([
  ['GET', '/healthz', 200, { status: 'ok', state: 'running' }],
  ['GET', '/healthz?verbose', 200, { status: 'ok', state: 'running' }],
  ['GET', '/readyz', 200, { ready: true, state: 'running' }],
  ['HEAD', '/readyz', 200, undefined],
  ['POST', '/readyz', 405, { error: 'method not allowed' }],
  ['GET', '/', 404, { error: 'not found' }],
  ['GET', '/healthz/', 404, { error: 'not found' }],
  ['GET', '/constructor', 404, { error: 'not found' }],
  ['GET', '/echo', 426, { error: 'this path speaks WebSocket only' }],
  ['GET', '/rooms/lobby?x=1', 426, { error: 'this path speaks WebSocket only' }],
])('answers %s %s with %i', async (method, path, status, body) => {
  expect(await request(`http://${service.authority}${path}`, method)).toMatchObject({ status, body });
});

test('says which methods a probe takes, and keeps probes out of caches', async () => {
  expect((await request(`http://${service.authority}/healthz`, 'PUT')).headers).toMatchObject({
    allow: 'GET, HEAD',
    'cache-control': 'no-store',
  });
});

test('says to what a WebSocket path upgrades', async () => {
  expect((await request(`http://${service.authority}/echo`)).headers).toMatchObject({ upgrade: 'websocket' });
});

test.each([
  ['/echo', 'HTTP/1.1 101 Switching Protocols'],
  ['/echo?token=x', 'HTTP/1.1 101 Switching Protocols'],
  ['/rooms/lobby', 'HTTP/1.1 101 Switching Protocols'],
  ['http://127.0.0.1/rooms/lobby?x=1', 'HTTP/1.1 101 Switching Protocols'],
  ['http://127.0.0.1', 'HTTP/1.1 404 Not Found'],
  ['/rooms/', 'HTTP/1.1 404 Not Found'],
  ['/rooms/a/b', 'HTTP/1.1 404 Not Found'],
  ['/nowhere', 'HTTP/1.1 404 Not Found'],
])('answers an opening handshake for %s with %s', async (path, statusLine) => {
  const handshake = await RawClient.open(service.authority, path);
  expect(handshake.statusLine).toBe(statusLine);
  handshake.client.drop();
});

// With an upgrade listener Node hands it every request that offers an upgrade: curl's and the JDK's clients offer
// HTTP/2.
test.each([
  ['GET', '/readyz', 200],
  ['HEAD', '/readyz', 200],
  ['POST', '/readyz', 405],
  ['GET', '/nowhere', 404],
  ['GET', 'http://127.0.0.1/healthz', 200],
])('answers %s %s that offers HTTP/2 with %i, as without the offer', async (method, path, status) => {
  const port = Number(new URL(`http://${service.authority}`).port);
  await using client = BytePeer.connect(
    port,
    `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n`,
  );
  await client.ended();
  expect(await client.readHead()).toMatch(new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*content-type: application/json`));
});

test('is healthy and not ready while it drains', async () => {
  const { client } = await RawClient.open(service.authority, '/echo');
  service.terminal.raise();
  await service.terminal.stdout.said(/draining/);
  expect(await request(`http://${service.authority}/readyz`)).toMatchObject({
    status: 503,
    body: { ready: false, state: 'draining' },
  });
  expect(await request(`http://${service.authority}/healthz`)).toMatchObject({
    status: 200,
    body: { status: 'ok', state: 'draining' },
  });
  const late = await RawClient.open(service.authority, '/echo');
  expect(late.statusLine).toBe('HTTP/1.1 503 Service Unavailable');
  late.client.drop();
  client.drop();
});

/** The status of one request, whatever its Host and target. */
async function statusOf(authority: string, target: string, host: string, extra = ''): Promise<string> {
  const { hostname, port } = new URL(`http://${authority}`);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${extra}\r\n`);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return chunk.toString('latin1').split(' ')[1] ?? '';
}

const UPGRADE =
  'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';

test.each([
  ['/healthz', 'evil.example', '', '421'],
  ['/readyz', 'evil.example:8080', '', '421'],
  ['/echo', 'evil.example', '', '421'],
  ['/nowhere', 'evil.example', '', '421'],
  ['/echo', 'evil.example', `${UPGRADE}Origin: http://evil.example\r\n`, '421'],
  ['/echo', 'evil.example', UPGRADE, '421'],
  ['http://evil.example/healthz', 'localhost', '', '421'],
  ['/healthz', 'localhost', '', '200'],
  ['/healthz', '127.0.0.1:1', '', '200'],
  ['/healthz', '10.0.0.1', '', '200'],
  ['http://localhost/healthz', 'evil.example', '', '200'],
  ['http://localhost/rooms/tea?x=1', 'localhost', UPGRADE, '101'],
  ['/echo', 'localhost', UPGRADE, '101'],
  ['/echo', 'app.localhost:3000', UPGRADE, '101'],
])('on loopback, GET %s for %s is answered as a stranger may be (%j): %s', async (target, host, extra, status) => {
  expect(await statusOf(service.authority, target, host, extra)).toBe(status);
  if (status === '421') await service.terminal.stdout.said(/refused .* with 421 \(host/);
});

test.each([
  [['--host-name', 'app.example'], '101'],
  [['--host-name', '*'], '101'],
  [['--host-name', 'other.example'], '421'],
])('answers the hosts of its options: %j', async (options, status) => {
  const { terminal, status: exit, authority } = await startService(...options);
  expect(await statusOf(authority, '/echo', 'app.example', UPGRADE)).toBe(status);
  expect(await statusOf(authority, '/healthz', 'app.example')).toBe(status === '101' ? '200' : '421');
  terminal.raise();
  expect(await exit).toBe(0);
});
