/** What an opening handshake hands over: Node's request to `authenticate`, and header fields of the 101 to the client. */
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { type Connection, createSupervisor, type ListenOptions, type SupervisorEvent } from '../../src/index.js';
import { createHeapClock, createMemoryTransport } from '../../src/testing/index.js';
import { BytePeer, requestBytes } from '../support/byte-peer.js';
import { eventually } from '../support/eventually.js';
import { sharing } from '../support/shared-server.js';
import { urlOf } from '../support/undici-client.js';

const untilClosed = (connection: Connection<unknown>) => connection.closed;

test.each(['sockets', 'memory'])('the fields that are granted reach whoever has dialed, over %s', async (over) => {
  const clock = createHeapClock();
  await using supervisor = createSupervisor(
    over === 'memory' ? { clock, transport: createMemoryTransport(clock) } : {},
  );
  const accepted: Connection<unknown>[] = [];
  const listener = await supervisor.listen<number>({
    port: 0,
    authenticate: () => ({ data: 7, headers: { 'Set-Cookie': ['sid=s3cret; HttpOnly', 'seen=1'], 'X-Node': 'a' } }),
    handler: (connection) => {
      accepted.push(connection);
      return connection.closed;
    },
  });
  const connection = await supervisor.dial({ url: urlOf(listener), handler: untilClosed }).connected();
  expect(connection.response?.headers).toMatchObject({
    'set-cookie': ['sid=s3cret; HttpOnly', 'seen=1'],
    'x-node': 'a',
  });
  expect(accepted.map(({ data, response }) => [data, response])).toEqual([[7, undefined]]);
  expect(inspect(connection, { depth: 10 }) + JSON.stringify(connection)).not.toContain('s3cret');
});

test('a field that would break the 101 is a 503, and an OptionError in the event', async () => {
  await using supervisor = createSupervisor();
  const refused: SupervisorEvent[] = [];
  supervisor.events$.subscribe((event) => event.type === 'handshake.refused' && refused.push(event));
  const { address } = await supervisor.listen({
    port: 0,
    authenticate: () => ({ data: undefined, headers: { 'x-a': 'b\r\nSet-Cookie: sid=mine' } }),
    handler: untilClosed,
  });
  await using peer = BytePeer.connect(address?.port ?? 0, requestBytes());
  const head = await peer.readHead();
  expect([head.split('\r\n')[0], head.includes('sid=mine')]).toEqual(['HTTP/1.1 503 Service Unavailable', false]);
  expect(refused).toMatchObject([{ why: 'authenticate', error: { option: 'headers.x-a' } }]);
});

test("Node's request is there with its socket until the 101, and not kept after it", async () => {
  await using place = await sharing(createServer());
  await using supervisor = createSupervisor();
  const seen: (IncomingMessage | undefined)[] = [];
  await supervisor.listen({
    server: place.server,
    origins: (_origin, { raw }) => seen.push(raw) > 0,
    protocols: (_offered, { raw }) => String(seen.push(raw)),
    authenticate: (request) => {
      seen.push(request.raw);
      return { data: request.raw?.socket.remotePort };
    },
    handler: (connection) => {
      seen.push(connection.request.raw);
      return connection.closed;
    },
  } satisfies ListenOptions<number | undefined>);
  await using peer = await BytePeer.open(place.port, { headers: { 'Sec-WebSocket-Protocol': 'chat' } });
  const [message, ...more] = seen;
  expect(message?.headers.upgrade).toBe('websocket');
  // Not compared deeply: it has its socket, which has all the rest.
  expect(more.map((one) => one === message)).toEqual([true, true, false]);
  expect(more.at(-1)).toBeUndefined();
  expect([...supervisor.connections.values()].map(({ data }) => data)).toEqual([peer.socket.localPort]);
});

/** A server whose upgrades are passed by hand, each with the grant that its middleware will come to. */
async function byHand(grantOf: (message: IncomingMessage, socket: Duplex) => Promise<{ readonly data: unknown }>) {
  const place = await sharing(createServer());
  const supervisor = createSupervisor();
  const events: SupervisorEvent[] = [];
  supervisor.events$.subscribe((event) => event.type.startsWith('handshake.') && events.push(event));
  const listener = await supervisor.listen<unknown>({
    authenticate: () => {
      throw new Error('was called');
    },
    handler: untilClosed,
  });
  place.server.on('upgrade', (message, socket, head) =>
    listener.handleUpgrade(message, socket, head, grantOf(message, socket)),
  );
  return {
    ...place,
    supervisor,
    events,
    async [Symbol.asyncDispose]() {
      await supervisor.stop();
      await place[Symbol.asyncDispose]();
    },
  };
}

test('an upgrade that is passed by hand has the data that its middleware has found', async () => {
  await using scene = await byHand(async (message) => {
    await new Promise((resolve) => setImmediate(resolve));
    return { data: message.headers['x-user'] };
  });
  await using _peer = await BytePeer.open(scene.port, { headers: { 'x-user': 'ann' } });
  expect([...scene.supervisor.connections.values()].map(({ data }) => data)).toEqual(['ann']);
});

test('a client that resets the connection while middleware runs costs nothing but its handshake', async () => {
  let conclude = (_grant: { readonly data: unknown }) => {};
  let isInMiddleware = false;
  await using scene = await byHand(() => {
    isInMiddleware = true;
    return new Promise((resolve) => {
      conclude = resolve;
    });
  });
  await using peer = BytePeer.connect(scene.port, requestBytes());
  await eventually(() => isInMiddleware, 'the middleware');
  peer.socket.resetAndDestroy();
  await eventually(() => scene.events.length > 0, 'the report');
  conclude({ data: 'too late' });
  expect(scene.events).toMatchObject([{ type: 'handshake.refused', status: 499, why: 'gone' }]);
});
