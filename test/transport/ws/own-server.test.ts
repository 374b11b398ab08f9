import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Diverted } from '../../../src/transport/transport.js';
import { ownServer } from '../../../src/transport/ws/own-server.js';
import { BytePeer } from '../../support/byte-peer.js';
import { eventually } from '../../support/eventually.js';

/** A server of our own, and what it says that it has answered. */
async function serving() {
  const refused: [number, Diverted, string | undefined][] = [];
  const server = ownServer((request, status, error) =>
    refused.push([status, request, error !== undefined && 'code' in error ? String(error.code) : undefined]),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    refused,
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

// They were answered, and nothing reported it.
describe('says with which status it has answered', () => {
  test.each([
    ['a plain request', 'GET /a HTTP/1.1\r\nHost: x\r\n\r\n', 426, '/a', undefined],
    ['one with a body', 'POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi', 426, '/a', undefined],
    [
      'one that expects what Node does not know',
      'GET /a HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\n\r\n',
      426,
      '/a',
      undefined,
    ],
    ['a request for a tunnel', 'CONNECT a.example:443 HTTP/1.1\r\nHost: x\r\n\r\n', 405, 'a.example:443', undefined],
    [
      'a header that is too large',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      undefined,
      'HPE_HEADER_OVERFLOW',
    ],
    ['what is no HTTP', 'hello\r\n\r\n', 400, undefined, 'HPE_INVALID_METHOD'],
    [
      'a field that is none',
      'GET / HTTP/1.1\r\nHost: x\r\nno field\r\n\r\n',
      400,
      undefined,
      'HPE_INVALID_HEADER_TOKEN',
    ],
    ['TLS on a port without', '\x16\x03\x01\x02\0\x01', 400, undefined, 'HPE_INVALID_METHOD'],
  ])('%s', async (_what, bytes, status, url, code) => {
    await using scene = await serving();
    await using client = BytePeer.connect(scene.port, bytes);
    await client.ended();
    expect(await client.readHead()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(scene.refused).toEqual([
      [status, expect.objectContaining({ ...(url === undefined ? {} : { url }), remoteAddress: '127.0.0.1' }), code],
    ]);
  });
});

test('says nothing of a client that leaves before it has asked, nor of one that resets its connection', async () => {
  await using scene = await serving();
  const leaving = BytePeer.connect(scene.port);
  leaving.socket.end();
  await leaving.ended();
  const resetting = BytePeer.connect(scene.port, 'GET / HTTP/1.1\r\n');
  await eventually(() => resetting.socket.bytesWritten > 0 && !resetting.socket.connecting);
  resetting.reset();
  await using last = BytePeer.connect(scene.port, 'GET /last HTTP/1.1\r\nHost: x\r\n\r\n');
  await last.ended();
  expect(scene.refused).toEqual([[426, expect.objectContaining({ url: '/last' }), undefined]]);
});
