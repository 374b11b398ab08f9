import { describe, expect, test } from 'vitest';
import type { Connection } from '../../src/supervisor/api/connection.js';
import type { SupervisorEvent } from '../../src/supervisor/api/events.js';
import type { ListenOptions } from '../../src/supervisor/api/listener.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { BytePeer, requestBytes } from '../support/byte-peer.js';
import { eventually } from '../support/eventually.js';

const HOST = '127.0.0.1';

/** A listener on a port of its own, with its events about handshakes. */
async function door(options: Partial<ListenOptions> = {}) {
  const supervisor = createSupervisor();
  const refused: Extract<SupervisorEvent, { type: 'handshake.refused' }>[] = [];
  supervisor.events$.subscribe((event) => event.type === 'handshake.refused' && refused.push(event));
  const connections: Connection<unknown>[] = [];
  const { address } = await supervisor.listen({
    port: 0,
    host: HOST,
    handler: (connection) => {
      connections.push(connection);
      return connection.closed;
    },
    ...options,
  });
  return {
    supervisor,
    refused,
    connections,
    /** The status of the answer to a request. */
    async status(bytes: Buffer | string): Promise<number> {
      await using peer = BytePeer.connect(address?.port ?? 0, bytes);
      return Number((await peer.readHead()).split(' ')[1]);
    },
    [Symbol.asyncDispose]: async () => void (await supervisor.stop()),
  };
}

const FIELDS =
  'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

// The whole URL was taken for the path: 404.
describe('a request target that is an absolute URL', () => {
  test.each(['http', 'https', 'ws', 'wss', 'HTTP'])('of %s: is the path in it, and its query', async (scheme) => {
    await using scene = await door({ path: '/rooms/*' });
    expect(await scene.status(requestBytes({ path: `${scheme}://${HOST}/rooms/t%20a?since=7` }))).toBe(101);
    const [connection] = scene.connections;
    expect(connection?.request).toMatchObject({
      path: '/rooms/t%20a',
      params: { 0: 't a' },
      url: `${scheme}://${HOST}/rooms/t%20a?since=7`,
    });
    expect(connection?.request?.query.get('since')).toBe('7');
  });

  test('has the host that counts, for origins and for hosts', async () => {
    await using scene = await door({ hosts: ['a.example'] });
    const statusOf = (url: string, origin: string) =>
      scene.status(requestBytes({ path: url, headers: { Origin: origin } }));
    expect(await statusOf('http://a.example/', 'http://a.example')).toBe(101);
    expect(await statusOf('http://a.example/', `http://${HOST}`)).toBe(403);
    expect(await statusOf('http://b.example/', 'http://b.example')).toBe(421);
  });
});

test('a path that begins with two slashes names no host', async () => {
  await using scene = await door({ path: '/rooms/*' });
  expect(await scene.status(requestBytes({ path: `//${HOST}/rooms/tea` }))).toBe(404);
});

// The transport answered them, and no event reported it, or a client that had gone (499).
describe("what the transport answers for the listener is reported with the client's status, and counted:", () => {
  const EXTENSIONS = 'Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits="9';
  test.each([
    ['a plain request on a port of its own', `GET /a HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 426, '/a'],
    [
      'a proxy that has dropped Connection: upgrade',
      `GET /a HTTP/1.1\r\nHost: ${HOST}\r\n${FIELDS.replace('Connection: Upgrade\r\n', '')}\r\n`,
      426,
      '/a',
    ],
    [
      'a header that is too large',
      `GET /a HTTP/1.1\r\nHost: ${HOST}\r\nCookie: ${'x'.repeat(17_000)}\r\n${FIELDS}\r\n`,
      431,
      '',
    ],
    ['a malformed request', `GET /a HTTP/1.1\r\nHost ${HOST}\r\n${FIELDS}\r\n`, 400, ''],
    [
      'malformed extensions',
      `GET /a HTTP/1.1\r\nHost: ${HOST}\r\n${FIELDS}Sec-WebSocket-Extensions: permessage-deflate; =\r\n\r\n`,
      400,
      '/a',
    ],
    [
      'extensions with a quote that does not end',
      `GET /a HTTP/1.1\r\nHost: ${HOST}\r\n${FIELDS}${EXTENSIONS}\r\n\r\n`,
      400,
      '/a',
    ],
  ])('%s', async (_what, bytes, status, url) => {
    await using scene = await door({ perMessageDeflate: true });
    expect(await scene.status(bytes)).toBe(status);
    await eventually(() => scene.refused.length > 0, 'an event');
    expect(scene.refused).toMatchObject([{ status, why: 'handshake', url, remoteAddress: HOST }]);
    expect(scene.supervisor.stats().refused).toEqual({ [status]: 1 });
  });
});

describe('a request that HTTP does not allow with an opening handshake is answered with 400, and reported:', () => {
  test.each([
    ['HTTP/1.0', `GET / HTTP/1.0\r\nHost: ${HOST}\r\n${FIELDS}\r\n`],
    ['no Host', `GET / HTTP/1.1\r\n${FIELDS}\r\n`],
    ['an empty Host', `GET / HTTP/1.1\r\nHost:\r\n${FIELDS}\r\n`],
    ['two Hosts', `GET / HTTP/1.1\r\nHost: ${HOST}\r\n${FIELDS}Host: evil.example\r\n\r\n`],
    ['twice the same Host', `GET / HTTP/1.1\r\nHost: ${HOST}\r\n${FIELDS}host: ${HOST}\r\n\r\n`],
    [
      'two Hosts and an absolute target',
      `GET http://${HOST}/ HTTP/1.1\r\nHost: ${HOST}\r\n${FIELDS}Host: evil.example\r\n\r\n`,
    ],
    ['a Host that is none', `GET / HTTP/1.1\r\nHost: a b\r\n${FIELDS}\r\n`],
    ['a body', `GET / HTTP/1.1\r\nHost: ${HOST}\r\n${FIELDS}Content-Length: 6\r\n\r\n\x81\x80\0\0\0\0`],
    ['a body in chunks', `GET / HTTP/1.1\r\nHost: ${HOST}\r\n${FIELDS}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['a target that is no resource', `GET * HTTP/1.1\r\nHost: ${HOST}\r\n${FIELDS}\r\n`],
  ])('%s', async (_what, bytes) => {
    await using scene = await door();
    expect(await scene.status(bytes)).toBe(400);
    expect(scene.connections).toEqual([]);
    expect(scene.refused).toMatchObject([{ status: 400, why: 'handshake' }]);
  });

  test('but the announcement of no body is none', async () => {
    await using scene = await door();
    expect(await scene.status(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n${FIELDS}Content-Length: 0\r\n\r\n`)).toBe(101);
  });
});

// A page of a stranger whose name points at loopback is of the same origin: only the name shows it.
test('a host that is not among hosts is refused with 421, and reported', async () => {
  await using scene = await door({ hosts: ['localhost', '127.0.0.1', '[::1]'] });
  const statusOf = (host: string) => scene.status(requestBytes({ headers: { Host: host, Origin: `http://${host}` } }));
  expect(await statusOf('evil.example:8080')).toBe(421);
  expect(scene.refused).toMatchObject([{ status: 421, why: 'host' }]);
  expect([await statusOf('localhost:8080'), await statusOf('127.0.0.1'), await statusOf('[::1]:8080')]).toEqual([
    101, 101, 101,
  ]);
});
