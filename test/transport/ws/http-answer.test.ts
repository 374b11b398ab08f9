import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import { answer } from '../../../src/transport/ws/http-answer.js';
import { BytePeer } from '../../support/byte-peer.js';
import { eventually } from '../../support/eventually.js';

/** A client, and the socket on which it is answered. */
async function pair(): Promise<{ client: BytePeer; socket: Socket; [Symbol.asyncDispose](): Promise<void> }> {
  const server = createServer({ allowHalfOpen: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = BytePeer.connect((server.address() as AddressInfo).port);
  const [socket] = (await once(server, 'connection')) as [Socket];
  return {
    client,
    socket,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

afterEach(() => {
  vi.useRealTimers();
});

test('is a whole HTTP answer with the fields given, and then the end of TCP', async () => {
  await using scene = await pair();
  answer(scene.socket, { status: 503, headers: { 'Retry-After': '7' }, body: 'später' });
  await scene.client.ended();
  await scene.client.readHead();
  expect(scene.client.head.split('\r\n')).toEqual([
    'HTTP/1.1 503 Service Unavailable',
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Length: 7',
    'Retry-After: 7',
  ]);
  expect(scene.client.bytes.toString()).toBe('später');
});

test.each([
  [403, 'Forbidden'],
  [599, 'Error'],
])('%i says %j unless it has a text of its own', async (status, text) => {
  await using scene = await pair();
  answer(scene.socket, { status });
  await scene.client.ended();
  await scene.client.readHead();
  expect(scene.client.bytes.toString()).toBe(text);
});

test('reaches a client that is still sending: what it sends is read, so that TCP is not reset', async () => {
  await using scene = await pair();
  scene.client.socket.write(Buffer.alloc(100_000, 'x'));
  answer(scene.socket, { status: 403 });
  await scene.client.ended();
  await scene.client.readHead();
  expect(scene.client.head).toMatch(/^HTTP\/1.1 403 /);
  expect(scene.client.error).toBeUndefined();
});

test('drops a client that ends its side', async () => {
  await using scene = await pair();
  answer(scene.socket, { status: 403 });
  scene.client.socket.end();
  await eventually(() => scene.socket.destroyed);
});

test('drops a client that keeps its side open, also one that goes on sending', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  await using scene = await pair();
  answer(scene.socket, { status: 403 });
  for (let i = 0; i < 9; i++) {
    vi.advanceTimersByTime(100);
    const before = scene.socket.bytesRead;
    scene.client.socket.write('drip');
    await eventually(() => scene.socket.bytesRead > before);
  }
  expect(scene.socket.destroyed).toBe(false);
  vi.advanceTimersByTime(101);
  expect(scene.socket.destroyed).toBe(true);
});

test('survives a client that resets TCP', async () => {
  await using scene = await pair();
  answer(scene.socket, { status: 403 });
  scene.client.reset();
  await eventually(() => scene.socket.closed);
});

test('is written to any stream', async () => {
  const stream = new PassThrough();
  const written = stream.read.bind(stream);
  vi.spyOn(stream, 'resume').mockReturnValue(stream);
  answer(stream, { status: 404 });
  await eventually(() => stream.readableLength > 0);
  expect(String(written())).toMatch(/^HTTP\/1.1 404 Not Found\r\n/);
  stream.destroy();
});
