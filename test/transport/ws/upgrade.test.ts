import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WireOptions } from '../../../src/transport/transport.js';
import { requestOf, WsUpgrade } from '../../../src/transport/ws/upgrade.js';
import { BytePeer, requestBytes } from '../../support/byte-peer.js';
import { eventually } from '../../support/eventually.js';
import { masked, OP } from '../../support/frame-bytes.js';

const OPTIONS: WireOptions = { maxPayloadBytes: 1000, maxFragments: 10, perMessageDeflate: false };

const server = createServer();
const waiting: { message: IncomingMessage; socket: Duplex; head: Buffer }[] = [];

beforeAll(async () => {
  server.on('upgrade', (message, socket, head) => waiting.push({ message, socket, head }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(async () => {
  server.close();
  await once(server, 'close');
});

/** A client that awaits its answer. */
async function aScene(parts: Parameters<typeof requestBytes>[0] = {}) {
  const client = BytePeer.connect((server.address() as AddressInfo).port, requestBytes(parts));
  await eventually(() => waiting.length > 0, 'an upgrade');
  const { message, socket, head } = waiting.shift() as (typeof waiting)[number];
  const upgrade = new WsUpgrade(requestOf(message, socket), message, socket, head, () => 42);
  upgrade.watch();
  return { client, upgrade, socket, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
}

test('shows what the client has asked for', async () => {
  await using scene = await aScene({ path: '/rooms/1?since=7', headers: { 'X-Token': 'abc' } });
  expect(scene.upgrade.request).toMatchObject({
    method: 'GET',
    url: '/rooms/1?since=7',
    remoteAddress: '127.0.0.1',
    isSecure: false,
  });
  expect(scene.upgrade.request.headers).toMatchObject({ 'x-token': 'abc' });
  expect(scene.upgrade.request.raw?.socket).toBe(scene.socket);
  scene.upgrade.refuse({ status: 403 });
});

test('accepted gives an open wire, before the first byte behind the request is parsed', async () => {
  await using scene = await aScene({ behind: masked({ opcode: OP.text, payload: 'early' }) });
  const wire = scene.upgrade.accept(undefined, OPTIONS);
  const texts: string[] = [];
  expect(wire).toMatchObject({ role: 'accepted', remoteAddress: '127.0.0.1', heardAt: 42 });
  wire?.frames$.subscribe(({ data }) => texts.push(data.toString()));
  expect(texts).toEqual([]);
  await eventually(() => texts.length > 0);
  expect(texts).toEqual(['early']);
  expect(await scene.client.readHead()).toMatch(/^HTTP\/1.1 101 /);
  wire?.terminate();
});

test('refused ends with the answer', async () => {
  await using scene = await aScene();
  scene.upgrade.refuse({ status: 401, headers: { 'WWW-Authenticate': 'Bearer' } });
  await scene.client.ended();
  expect(await scene.client.readHead()).toMatch(/^HTTP\/1.1 401 Unauthorized\r\n[\s\S]*WWW-Authenticate: Bearer/);
});

test('is answered once', async () => {
  await using scene = await aScene();
  scene.upgrade.refuse({ status: 403 });
  expect(() => scene.upgrade.refuse({ status: 403 })).toThrow('once');
  expect(() => scene.upgrade.accept(undefined, OPTIONS)).toThrow('once');
});

describe.each([
  ['a reset', (client: BytePeer) => client.reset()],
  ['a FIN', (client: BytePeer) => client.socket.end()],
])('a client that leaves with %s before its answer', (_name, leave) => {
  test('aborts the signal, also one that is asked for later', async () => {
    await using scene = await aScene();
    const { signal } = scene.upgrade;
    leave(scene.client);
    await eventually(() => signal.aborted);
    await using late = await aScene();
    leave(late.client);
    await eventually(() => late.socket.readableEnded || late.socket.destroyed);
    expect(late.upgrade.signal.aborted).toBe(true);
    scene.upgrade.refuse({ status: 499 });
    late.upgrade.refuse({ status: 499 });
    await eventually(() => scene.socket.destroyed && late.socket.destroyed);
  });

  test('gets no wire, and its socket is dropped', async () => {
    await using scene = await aScene();
    const { signal } = scene.upgrade;
    leave(scene.client);
    await eventually(() => signal.aborted);
    expect(scene.upgrade.accept(undefined, OPTIONS)).toBeUndefined();
    await eventually(() => scene.socket.destroyed);
  });
});

test('leaves no listener on the socket of an accepted client but those of its wire', async () => {
  await using scene = await aScene();
  const wire = scene.upgrade.accept(undefined, OPTIONS);
  for (const event of ['error', 'close', 'end', 'data'] as const)
    expect({ event, count: scene.socket.listenerCount(event) }).toMatchObject({
      count: event === 'end' ? expect.any(Number) : 1,
    });
  wire?.terminate();
});

test('a handshake that ws itself refuses is answered by ws', async () => {
  await using scene = await aScene({ headers: { 'Sec-WebSocket-Key': 'short' } });
  expect(scene.upgrade.accept(undefined, OPTIONS)).toBeUndefined();
  expect(await scene.client.readHead()).toMatch(/^HTTP\/1.1 400 /);
});

test('a client that had left before it was handed in is gone at once', async () => {
  const client = BytePeer.connect((server.address() as AddressInfo).port, requestBytes());
  await eventually(() => waiting.length > 0, 'an upgrade');
  const { message, socket, head } = waiting.shift() as (typeof waiting)[number];
  // As Node leaves it to middleware that takes its time, with the listener that keeps the process alive.
  socket.on('error', () => {});
  client.socket.resetAndDestroy();
  // `once` of node:events rejects at the error before it.
  await new Promise((resolve) => socket.once('close', resolve));
  const upgrade = new WsUpgrade(requestOf(message, socket), message, socket, head, () => 42);
  upgrade.watch();
  expect(upgrade.signal.aborted).toBe(true);
  expect(upgrade.accept(undefined, OPTIONS)).toBeUndefined();
  await client[Symbol.asyncDispose]();
});
