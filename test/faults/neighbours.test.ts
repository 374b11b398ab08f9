import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { type Duplex, PassThrough } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { SupervisorEvent } from '../../src/supervisor/api/events.js';
import type { Grant, ListenOptions } from '../../src/supervisor/api/listener.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { OptionError } from '../../src/transport/errors.js';
import { BytePeer, requestBytes } from '../support/byte-peer.js';
import { eventually } from '../support/eventually.js';
import { settled } from '../support/settled.js';
import { sharing } from '../support/shared-server.js';
import { TLS_IDENTITY } from '../support/tls-identity.js';
import { echo } from './stage.js';

const HOST = '127.0.0.1';

/** Answers with the whole request, so that two servers can be compared by their answers. */
function describing(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { method, url, headers, rawHeaders, trailers } = request;
    response.setHeader('Date', 'never');
    response.end(
      JSON.stringify({ method, url, headers, rawHeaders, trailers, body: Buffer.concat(chunks).toString('latin1') }),
    );
  });
}

const SERVERS: readonly [string, () => Server, (port: number) => BytePeer][] = [
  ['http', () => createServer(describing), (port) => BytePeer.connect(port)],
  [
    'https',
    () => createTlsServer(TLS_IDENTITY, describing),
    (port) => new BytePeer(connectTls({ port, host: HOST, rejectUnauthorized: false }), true),
  ],
];

/** What a client writes once it has an answer more, or, marked by `SOON`, in the next turn. */
type Steps = readonly string[];
const SOON = '\0';

/** Writes step by step, and gives all that came back until the other side ended. */
async function exchange(peer: BytePeer, steps: Steps): Promise<string> {
  const count = () => peer.bytes.toString('latin1').split(/HTTP\/1\.1 \d/).length;
  let before = 0;
  for (const step of steps) {
    if (step.startsWith(SOON)) await settled();
    else await eventually(() => peer.hasEnded || count() > before, 'one more answer');
    before = count();
    peer.socket.write(Buffer.from(step.replace(SOON, ''), 'latin1'));
  }
  await peer.ended();
  return peer.bytes.toString('latin1');
}

const requestOf = (line: string, ...fields: string[]) =>
  `${line} HTTP/1.1\r\nHost: ${HOST}\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`;
const LAST = requestOf('GET /last', 'Connection: close');
const H2C = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA'];

const PLAIN: readonly [string, Steps][] = [
  ['GET', [requestOf('GET /api?x=1', ...H2C), LAST]],
  ['HEAD', [requestOf('HEAD /api', ...H2C), LAST]],
  ['OPTIONS of the whole server', [requestOf('OPTIONS *', ...H2C), LAST]],
  ['GET that ends the connection', [requestOf('GET /api', 'Connection: Upgrade, close', 'Upgrade: h2c')]],
  ['GET in capitals', [requestOf('GET /api', 'CONNECTION: UPGRADE', 'UPGRADE: H2C'), LAST]],
  [
    'GET with repeated and odd fields',
    [
      requestOf('GET /api', 'X-A: 1', 'x-a:2', 'Cookie: a=1', 'Cookie: b=2', 'X-Latin: \xe4\xf6', 'X-Empty:', ...H2C),
      LAST,
    ],
  ],
  ['an offer of TLS', [requestOf('GET /api', 'Connection: Upgrade', 'Upgrade: TLS/1.2, HTTP/1.1'), LAST]],
  ['an offer of what only sounds alike', [requestOf('GET /api', 'Connection: Upgrade', 'Upgrade: websockets'), LAST]],
  ['POST with a body in its segment', [`${requestOf('POST /api', ...H2C, 'Content-Length: 5')}hello`, LAST]],
  [
    'POST with a body that comes later',
    [`${requestOf('POST /api', ...H2C, 'Content-Length: 10')}hello`, `${SOON}world`, LAST],
  ],
  [
    'POST in chunks, with trailers',
    [
      `${requestOf('POST /api', ...H2C, 'Transfer-Encoding: chunked')}5\r\nhello\r\n`,
      `${SOON}0\r\nX-Sum: 7\r\n\r\n`,
      LAST,
    ],
  ],
  [
    'POST that waits for 100 Continue',
    [requestOf('POST /api', ...H2C, 'Content-Length: 5', 'Expect: 100-continue'), 'hello', LAST],
  ],
  // Node drops the bytes behind an offer without a listener in the same segment.
  [
    'one pipelined behind others',
    [`${requestOf('GET /1')}${requestOf('POST /2', 'Content-Length: 2')}hi${requestOf('GET /3', ...H2C)}`, LAST],
  ],
  ['two pipelined, in two segments', [requestOf('GET /1', ...H2C), `${SOON}${requestOf('GET /2', ...H2C)}`, LAST]],
  [
    'one on a connection kept alive',
    [requestOf('GET /1'), requestOf('GET /2', ...H2C), requestOf('GET /3', ...H2C), LAST],
  ],
  ['websocket without Connection: upgrade', [requestOf('GET /api', 'Upgrade: websocket'), LAST]],
];

/** Only where it is not for a path of ours. */
const ELSEWHERE: readonly [string, Steps][] = [
  [
    'POST that offers websocket',
    [`${requestOf('POST /api', 'Connection: Upgrade', 'Upgrade: websocket', 'Content-Length: 5')}hello`, LAST],
  ],
];

const OURS: readonly Partial<ListenOptions>[] = [{ path: '/ws' }, {}, { path: '/ws', unmatched: 'refuse' }];

// With an upgrade listener Node hands it every request that offers an upgrade: they were answered with 404 or 426, or
// never.
describe.each(SERVERS)(
  'on a shared %s server, what asks for no WebSocket is answered as if we were not there:',
  (_name, make, connecting) => {
    async function answersTo(steps: Steps, options: Partial<ListenOptions> | undefined): Promise<string> {
      await using place = await sharing(make());
      await using supervisor = createSupervisor();
      if (options !== undefined) {
        await supervisor.listen({ server: place.server, handler: echo, path: '/other' });
        await supervisor.listen({ server: place.server, handler: echo, ...options });
      }
      await using peer = connecting(place.port);
      const answers = await exchange(peer, steps);
      expect(supervisor.stats().refused).toEqual({});
      return answers;
    }

    test.each(PLAIN)('%s', async (_what, steps) => {
      const without = await answersTo(steps, undefined);
      expect(without).toContain('HTTP/1.1 200 OK');
      for (const options of OURS) expect(await answersTo(steps, options)).toBe(without);
    });

    test.each(ELSEWHERE)('%s', async (_what, steps) => {
      expect(await answersTo(steps, { path: '/ws' })).toBe(await answersTo(steps, undefined));
    });
  },
);

describe('on a shared server', () => {
  /** A server whose upgraded sockets end with it, whatever holds them. */
  async function shared() {
    const server = createServer(describing);
    const sockets = new Set<Duplex>();
    server.on('connection', (socket) => sockets.add(socket));
    const place = await sharing(server);
    return {
      ...place,
      async [Symbol.asyncDispose]() {
        for (const socket of sockets) socket.destroy();
        await place[Symbol.asyncDispose]();
      },
    };
  }

  /** A supervisor and its events about handshakes. */
  function watched() {
    const supervisor = createSupervisor();
    const handshakes: SupervisorEvent[] = [];
    supervisor.events$.subscribe((event) => event.type.startsWith('handshake.') && handshakes.push(event));
    return { supervisor, handshakes, [Symbol.asyncDispose]: async () => void (await supervisor.stop()) };
  }

  test('a slow answer to a request that was handed back is not cut off by the time a kept connection may be idle', async () => {
    const server = createServer((_request, response) => void setTimeout(() => response.end('slow'), 150));
    server.keepAliveTimeout = 1;
    Object.assign(server, { keepAliveTimeoutBuffer: 1 });
    await using place = await sharing(server);
    await using scene = watched();
    await scene.supervisor.listen({ server, handler: echo });
    await using peer = BytePeer.connect(place.port, `${requestOf('GET /1')}${requestOf('GET /2', ...H2C)}`);
    await eventually(() => peer.bytes.toString('latin1').split('slow').length === 3, 'both answers');
  });

  test('others who count its connections count each once', async () => {
    await using place = await shared();
    let connections = 0;
    place.server.on('connection', () => {
      connections += 1;
    });
    await using scene = watched();
    await scene.supervisor.listen({ server: place.server, handler: echo });
    await using peer = BytePeer.connect(place.port);
    await exchange(peer, [requestOf('GET /1', ...H2C), requestOf('GET /2', ...H2C), LAST]);
    expect(connections).toBe(1);
  });

  test('what asks for no WebSocket is left to a foreign upgrade listener, as Node leaves it', async () => {
    await using place = await shared();
    await using scene = watched();
    await scene.supervisor.listen({ server: place.server, handler: echo });
    place.server.on('upgrade', (message, socket) => {
      if (message.headers.upgrade === 'h2c') socket.end('HTTP/1.1 299 Neighbour\r\n\r\n');
    });
    await using peer = BytePeer.connect(place.port, requestOf('GET /api', ...H2C));
    expect(await peer.readHead()).toMatch(/^HTTP\/1.1 299 /);
    expect(scene.handshakes).toEqual([]);
  });

  test.each(['h2c', 'HTTP/2.0, h2c', 'TLS/1.2'])(
    'an offer of %s that a foreign upgrade listener lets lie has its answer',
    async (Upgrade) => {
      await using place = await shared();
      await using scene = watched();
      place.server.on('upgrade', () => {});
      await scene.supervisor.listen({ server: place.server, path: '/ws', handler: echo });
      await using peer = BytePeer.connect(
        place.port,
        requestOf('GET /first', 'Connection: Upgrade', `Upgrade: ${Upgrade}`),
      );
      await eventually(() => peer.bytes.includes('/first'), 'the answer');
      peer.socket.write(
        requestOf('POST /second', 'Connection: Upgrade, close', `Upgrade: ${Upgrade}`, 'Content-Length: 2'),
      );
      peer.socket.write('hi');
      await peer.ended();
      expect(peer.bytes.toString('latin1')).toMatch(/200 OK.*200 OK.*"body":"hi"/s);
      expect(scene.handshakes).toEqual([]);
    },
  );

  test('an offer of another protocol is left to a foreign upgrade listener for good', async () => {
    await using place = await shared();
    await using scene = watched();
    await scene.supervisor.listen({ server: place.server, handler: echo });
    place.server.on(
      'upgrade',
      (_message, socket) => void setTimeout(() => socket.end('HTTP/1.1 299 Neighbour\r\n\r\n'), 20),
    );
    await using peer = BytePeer.connect(place.port, requestOf('GET /api', 'Connection: Upgrade', 'Upgrade: tcp'));
    expect(await peer.readHead()).toMatch(/^HTTP\/1.1 299 /);
    expect(scene.handshakes).toEqual([]);
  });

  test.each([
    ['at once', 0],
    ['in the next turn', 1],
    ['later', 30],
  ])('a WebSocket offered behind a request that is answered %s opens after the answer', async (_when, ms) => {
    const answerer = createServer((_request, response) => {
      const answer = () => void response.end('first');
      if (ms === 0) process.nextTick(answer);
      else setTimeout(answer, ms);
    });
    await using place = await sharing(answerer);
    await using scene = watched();
    await scene.supervisor.listen({
      server: place.server,
      path: '/ws',
      handler: (connection) => void connection.send('second'),
    });
    await using peer = BytePeer.connect(
      place.port,
      `${requestOf('GET /api')}${requestBytes({ path: '/ws' }).toString('latin1')}`,
    );
    await eventually(() => peer.bytes.includes('second'), 'the connection');
    expect(peer.bytes.toString('latin1')).toMatch(/first.*HTTP\/1\.1 101 /s);
    expect(scene.handshakes).toEqual([]);
  });

  test('a WebSocket offered among other protocols is ours', async () => {
    await using place = await shared();
    await using scene = watched();
    await scene.supervisor.listen({ server: place.server, path: '/ws', handler: echo });
    for (const Upgrade of ['websocket', 'WebSocket', 'h2c, websocket', 'WEBSOCKET , h2c']) {
      await using peer = BytePeer.connect(place.port, requestBytes({ path: '/ws', headers: { Upgrade } }));
      expect(await peer.readHead()).toMatch(/^HTTP\/1.1 101 /);
    }
  });

  test('our closing leaves it as it was', async () => {
    await using place = await shared();
    const look = () => ({
      keys: Object.keys(place.server),
      listeners: place.server.eventNames().map((name) => place.server.listeners(name)),
    });
    const before = look();
    const { shouldUpgradeCallback } = place.server as { shouldUpgradeCallback?: unknown };
    await using scene = watched();
    const first = await scene.supervisor.listen({ server: place.server, path: '/a', handler: echo });
    const second = await scene.supervisor.listen({ server: place.server, path: '/b', handler: echo });
    await first.stop();
    await second.stop();
    expect(look()).toEqual(before);
    expect((place.server as { shouldUpgradeCallback?: unknown }).shouldUpgradeCallback).toBe(shouldUpgradeCallback);
  });

  /** Ways to take a socket in the turn in which it was offered. */
  const TAKERS: readonly [string, (message: IncomingMessage, socket: Duplex, head: Buffer) => void][] = [
    [
      'ws',
      (message, socket, head) => neighbour.handleUpgrade(message, socket, head, (client) => client.send('theirs')),
    ],
    [
      'one that has written 101',
      (_message, socket) =>
        socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\ntheirs'),
    ],
    ['one that has refused', (_message, socket) => socket.end('HTTP/1.1 403 Forbidden\r\nX: theirs\r\n\r\n')],
    ['one that has dropped it', (_message, socket) => socket.destroy()],
    ['one that reads it', (_message, socket) => socket.once('data', () => {}).write('')],
  ];
  const neighbour = new WebSocketServer({ noServer: true });

  describe.each(['before', 'after'])('a neighbour that came %s us keeps what it takes:', (order) => {
    test.each(TAKERS)('%s', async (what, take) => {
      await using place = await shared();
      await using scene = watched();
      if (order === 'before') place.server.on('upgrade', take);
      await scene.supervisor.listen({ server: place.server, handler: echo });
      if (order === 'after') place.server.on('upgrade', take);
      await using peer = BytePeer.connect(place.port, requestBytes({ path: '/theirs' }));
      await eventually(() => scene.handshakes.length > 0, 'an event');
      expect(scene.handshakes).toMatchObject([
        {
          type: 'handshake.taken',
          childId: 'listener-1',
          url: '/theirs',
          remoteAddress: HOST,
          how: expect.stringMatching(/^it /),
        },
      ]);
      expect(scene.supervisor.connections.size).toBe(0);
      if (what.includes('reads') || what.includes('dropped')) return;
      await eventually(() => peer.bytes.includes('theirs'), 'the answer of the neighbour');
      expect(peer.bytes.toString('latin1').match(/HTTP\/1\.1/g)).toHaveLength(1);
    });

    test.each(TAKERS)('also while `authenticate` is under way: %s', async (what, take) => {
      await using place = await shared();
      await using scene = watched();
      let offered: Parameters<typeof take> | undefined;
      let decide = () => {};
      const neighbourly = (...handshake: Parameters<typeof take>) => {
        offered = handshake;
      };
      if (order === 'before') place.server.on('upgrade', neighbourly);
      await scene.supervisor.listen({
        server: place.server,
        handler: echo,
        authenticate: () =>
          new Promise<Grant<undefined>>((resolve) => {
            decide = () => resolve({ data: undefined });
          }),
      });
      if (order === 'after') place.server.on('upgrade', neighbourly);
      await using peer = BytePeer.connect(place.port, requestBytes({ path: '/theirs' }));
      await eventually(() => scene.supervisor.stats().handshakesInFlight === 1, 'the handshake');
      if (offered !== undefined) take(...offered);
      await settled();
      decide();
      await eventually(() => scene.handshakes.length > 0, 'an event');
      expect(scene.handshakes).toMatchObject([{ type: 'handshake.taken', how: expect.stringMatching(/^it /) }]);
      if (what.includes('reads') || what.includes('dropped')) return;
      await eventually(() => peer.bytes.includes('theirs'), 'the answer of the neighbour');
      expect(peer.bytes.toString('latin1').match(/HTTP\/1\.1/g)).toHaveLength(1);
    });
  });

  test('a client of the neighbour talks to the neighbour', async () => {
    await using place = await shared();
    const theirs = new WebSocketServer({ server: place.server });
    theirs.on('connection', (client) => client.on('message', (data) => client.send(data)));
    await using scene = watched();
    await scene.supervisor.listen({
      server: place.server,
      handler: echo,
      authenticate: async () => ({ data: undefined }),
    });
    const client = new WebSocket(`ws://${HOST}:${place.port}/theirs`);
    await once(client, 'open');
    client.send('hello');
    expect(String((await once(client, 'message'))[0])).toBe('hello');
    client.terminate();
    await eventually(() => scene.handshakes.length > 0);
    expect(scene.handshakes).toMatchObject([{ type: 'handshake.taken' }]);
  });

  test('two copies of the package leave each other their paths', async () => {
    await using place = await shared();
    await using scene = watched();
    // What the other copy's listener is known by.
    const foreign = Object.assign(
      (message: IncomingMessage, socket: Duplex) =>
        void (message.url === '/b' && socket.end('HTTP/1.1 299 Copy\r\n\r\n')),
      {
        [Symbol.for('wirekeeper.wants')]: ({ url }: { url: string }) => url === '/b',
      },
    );
    await scene.supervisor.listen({ server: place.server, path: '/a', handler: echo });
    place.server.on('upgrade', foreign);
    const statusOf = async (path: string) => {
      await using peer = BytePeer.connect(place.port, requestBytes({ path }));
      return (await peer.readHead()).split(' ')[1];
    };
    expect([await statusOf('/a'), await statusOf('/b')]).toEqual(['101', '299']);
  });

  test.each([
    ['none', undefined],
    ['a framework', { server: {} }],
    ['a function', () => {}],
    ['an emitter of events', new EventEmitter()],
    ['a server of TCP', createTcpServer()],
  ])('%s is none', async (_what, server) => {
    await using scene = watched();
    if (server === undefined) return;
    await expect(scene.supervisor.listen({ server: server as never, handler: echo })).rejects.toThrow(OptionError);
    await expect(scene.supervisor.listen({ server: server as never, handler: echo })).rejects.toThrow(
      /^listen: server is /,
    );
  });
});

describe('a socket handed in by hand', () => {
  test.each<[string, readonly unknown[]]>([
    ['without a head', [{ rawHeaders: [] }, new PassThrough()]],
    ['with a head that is a text', [{ rawHeaders: [] }, new PassThrough(), '']],
    ['with a socket that is none', [{ rawHeaders: [] }, {}, Buffer.alloc(0)]],
    ['with a request that is none', [{}, new PassThrough(), Buffer.alloc(0)]],
    ['with nothing', []],
    ['with nulls', [null, null, null]],
  ])('%s is an OptionError', async (_what, given) => {
    await using supervisor = createSupervisor();
    const listener = await supervisor.listen({ handler: echo });
    const handIn = () => listener.handleUpgrade(...(given as Parameters<typeof listener.handleUpgrade>));
    expect(handIn).toThrow(OptionError);
    expect(handIn).toThrow(/^handleUpgrade: \w+ is /);
    const [message, socket, head] = given as Parameters<typeof listener.handleUpgrade>;
    expect(() => listener.handleUpgrade(message, socket, head, { data: 7 })).toThrow(/^handleUpgrade: \w+ is /);
  });

  test.each(['at once', 'while the first awaits `authenticate`'])(
    'twice is taken once, the second %s',
    async (when) => {
      await using place = await sharing(createServer());
      await using supervisor = createSupervisor();
      const handshakes: SupervisorEvent[] = [];
      supervisor.events$.subscribe((event) => event.type.startsWith('handshake.') && handshakes.push(event));
      let asked = 0;
      const listener = await supervisor.listen({
        handler: echo,
        ...(when === 'at once'
          ? {}
          : {
              authenticate: async () => {
                asked += 1;
                return { data: undefined };
              },
            }),
      });
      place.server.on('upgrade', (message, socket, head) => {
        listener.handleUpgrade(message, socket, head);
        listener.handleUpgrade(message, socket, head);
      });
      await using peer = await BytePeer.open(place.port);
      expect([supervisor.connections.size, asked <= 1]).toEqual([1, true]);
      expect(handshakes).toMatchObject([{ type: 'handshake.taken' }]);
      expect(peer.hasEnded).toBe(false);
    },
  );
});
