import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { throughHttp } from '../../../../src/transport/ws/route/http-connect.js';
import { HttpProxy } from '../../../support/http-proxy.js';

const signal = new AbortController().signal;

async function aProxy(options: Parameters<typeof HttpProxy.listen>[0] = {}) {
  const proxy = await HttpProxy.listen(options);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  return {
    proxy,
    ask: (host = '127.0.0.1', port = 1) => throughHttp(new URL(proxy.url()), { host, port }, {}, signal),
  };
}

test('hands out a socket to the server, with what the server has sent first', async () => {
  const server = createServer((socket) => socket.end('welcome')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { proxy, ask } = await aProxy();
  const { port } = server.address() as AddressInfo;
  const socket = await ask('127.0.0.1', port);
  let heard = '';
  for await (const chunk of socket) heard += String(chunk);
  expect([heard, proxy.asked]).toEqual(['welcome', [`127.0.0.1:${port}`]]);
  server.close();
});

test('hands on what came in one segment with the answer', async () => {
  const { ask } = await aProxy({ answer: 'HTTP/1.1 200 OK\r\n\r\nwelcome' });
  const socket = await ask();
  let heard = '';
  for await (const chunk of socket) heard += String(chunk);
  expect(heard).toBe('welcome');
});

test('writes an IPv6 address in brackets', async () => {
  const { proxy, ask } = await aProxy({ answer: 'HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n' });
  await expect(ask('::1', 443)).rejects.toThrow('answered CONNECT with 403 Forbidden');
  expect(proxy.asked).toEqual(['[::1]:443']);
});

test.each([
  ['to its length', 'Content-Length: 3\r\n\r\nwhy, and more', 'why'],
  ['to its end', '\r\nwhy', 'why'],
  ['not in chunks, which are not for Node to read here', 'Transfer-Encoding: chunked\r\n\r\n3\r\nwhy\r\n0\r\n\r\n', ''],
])('reads the page of a refusal %s', async (_what, rest, body) => {
  const { ask } = await aProxy({ answer: `HTTP/1.1 503 Service Unavailable\r\nRetry-After: 7\r\n${rest}` });
  const refusal = await ask().catch((error: unknown) => error);
  expect(refusal).toMatchObject({
    refusal: { status: 503, response: { headers: { 'retry-after': '7' }, body } },
  });
});

test('an aborted signal ends it', async () => {
  const { proxy } = await aProxy({ isMute: true });
  const abort = new AbortController();
  const asked = throughHttp(new URL(proxy.url()), { host: 'a.test', port: 1 }, {}, abort.signal);
  abort.abort();
  await expect(asked).rejects.toThrow('had not answered by then');
});
