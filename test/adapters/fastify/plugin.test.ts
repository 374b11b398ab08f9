import { once } from 'node:events';
import { createServer, get } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import { fastifyWirekeeper } from '../../../src/adapters/fastify/plugin.js';
import { connect, createSupervisor, reconnectDelayOf } from '../../../src/index.js';
import type { SupervisorEvent } from '../../../src/supervisor/api/events.js';
import { deferred } from '../../../src/supervisor/time/deferred.js';
import { endingsOf } from '../../support/endings.js';
import { eventually } from '../../support/eventually.js';
import { anApp, handshake, listening, refusalOf } from './an-app.js';

/** Says that it has begun, and never ends. */
function neverAfter(begun: { resolve(): void }): Promise<void> {
  begun.resolve();
  return new Promise(() => {});
}

const eventsOf = (app: FastifyInstance): SupervisorEvent[] => {
  const events: SupervisorEvent[] = [];
  app.wirekeeper.events$.subscribe((event) => events.push(event));
  return events;
};

test('a route with websocket: true has a supervised connection, and the request that hooks have made', async () => {
  await using app = await anApp();
  app.decorateRequest('user', '');
  app.addHook('preHandler', async (request) => {
    Object.assign(request, { user: request.headers['x-user'] });
  });
  app.get<{ Params: { name: string } }>('/rooms/:name', { websocket: true }, async (connection, request) => {
    const { user } = request as unknown as { user: string };
    for await (const frame of connection) connection.send(`${request.params.name}, ${user}: ${frame.text()}`);
  });
  const client = await app.injectWS('/rooms/tea?a=1', { headers: { 'x-user': 'ann' } });
  client.send('hello');
  expect((await client.receive())?.text()).toBe('tea, ann: hello');
  expect([...app.wirekeeper.connections.values()]).toMatchObject([{ request: { path: '/rooms/tea' } }]);
  client.close(1000, 'bye');
  expect(await endingsOf(app.wirekeeper)).toMatchObject([{ trigger: 'peer-closed', code: 1000, reason: 'bye' }]);
});

describe('hooks', () => {
  test('run before the 101, in their order, and know by request.ws what is asked for', async () => {
    await using app = await anApp();
    const seen: unknown[] = [];
    for (const name of ['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const)
      app.addHook(name as 'onRequest', async (request) => void seen.push([name, request.ws]));
    app.get('/', { websocket: true }, async () => void seen.push('handler'));
    await (await app.injectWS('/')).closed;
    expect(seen).toEqual([
      ['onRequest', true],
      ['preParsing', true],
      ['preValidation', true],
      ['preHandler', true],
      'handler',
    ]);
    await app.inject('/');
    expect(seen.slice(5)).toContainEqual(['onRequest', false]);
  });

  test.each(['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const)(
    '%s refuses by a reply: the client gets its status, header fields, and body',
    async (name) => {
      await using app = await anApp();
      app.addHook(name as 'onRequest', async (_request, reply) => {
        await reply
          .code(401)
          .headers({ 'www-authenticate': 'Bearer', 'set-cookie': ['a=1', 'b=2'] })
          .send({ error: 'who?' });
      });
      app.get('/', { websocket: true }, (connection) => connection.closed);
      const events = eventsOf(app);
      expect(await refusalOf(app)).toMatchObject({
        status: 401,
        headers: {
          'www-authenticate': 'Bearer',
          'set-cookie': ['a=1', 'b=2'],
          'content-type': 'application/json; charset=utf-8',
        },
        body: '{"error":"who?"}',
      });
      expect(events).toContainEqual(expect.objectContaining({ type: 'handshake.refused', status: 401, path: '/' }));
    },
  );

  test("what they throw is answered by the application's error handler", async () => {
    await using app = await anApp();
    app.setErrorHandler((error, _request, reply) => void reply.code(418).send((error as Error).message));
    app.get('/', { websocket: true, preHandler: () => Promise.reject(new Error('no tea')) }, (one) => one.closed);
    expect(await refusalOf(app)).toMatchObject({ status: 418, body: 'no tea' });
  });

  test('of an encapsulated plugin hold for its routes only', async () => {
    await using app = await anApp();
    app.register(async (child) => {
      child.addHook('onRequest', async (_request, reply) => reply.code(403).send());
      child.get('/inner', { websocket: true }, (connection) => connection.closed);
    });
    app.get('/outer', { websocket: true }, async (connection) => void connection.send('in'));
    expect((await (await app.injectWS('/outer')).receive())?.text()).toBe('in');
    expect(await refusalOf(app, '/inner')).toMatchObject({ status: 403 });
  });

  test('redirect; and a reply with a status that refuses nobody is a 403', async () => {
    await using app = await anApp();
    app.get('/a', { websocket: true, onRequest: async (_, reply) => reply.redirect('/b') }, (one) => one.closed);
    app.get('/c', { websocket: true, onRequest: async (_, reply) => reply.send('hm') }, (one) => one.closed);
    expect(await refusalOf(app, '/a')).toMatchObject({ status: 302, headers: { location: '/b' } });
    expect(await refusalOf(app, '/c')).toMatchObject({ status: 403, body: 'hm' });
  });

  test('and a schema check what a client asks for', async () => {
    await using app = await anApp();
    const schema = { querystring: { type: 'object', required: ['room'], properties: { room: { type: 'integer' } } } };
    app.get<{ Querystring: { room: number } }>('/', { websocket: true, schema }, async (connection, request) => {
      connection.send(JSON.stringify(request.query));
    });
    expect(await refusalOf(app, '/?room=tea')).toMatchObject({ status: 400 });
    expect((await (await app.injectWS('/?room=5')).receive())?.json()).toEqual({ room: 5 });
  });

  test('give header fields to the 101, except those of a body', async () => {
    await using app = await anApp();
    app.addHook('onRequest', async (_request, reply) => {
      reply.headers({ 'set-cookie': ['a=1', 'b=2'], 'content-type': 'text/plain', 'x-frame-options': 'DENY' });
    });
    app.get('/', { websocket: true }, (connection) => connection.closed);
    const { response } = await app.injectWS('/');
    expect(response?.headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'x-frame-options': 'DENY' });
    expect(response?.headers).not.toHaveProperty('content-type');
  });
});

describe('app.close()', () => {
  test('closes every connection with 1012 and a delay before it should come back', async () => {
    const app = await anApp();
    app.get('/', { websocket: true }, (connection) => connection.closed);
    const host = await listening(app);
    const clients = [await connect(`ws://${host}/`), await connect(`ws://${host}/`), await app.injectWS('/')];
    await app.close();
    for (const { closed } of clients) {
      const { received } = await closed;
      expect(received?.code).toBe(1012);
      expect(reconnectDelayOf(received?.reason ?? '')).toBeLessThanOrEqual(5_000);
    }
    expect(app.wirekeeper.state).toBe('stopped');
  });

  test('lets handlers finish, as `drain` says', async () => {
    const app = await anApp({ drain: { finishFirstMs: 10_000, code: 1001, adviseReconnectMs: 0 } });
    app.get('/', { websocket: true }, async ({ drainSignal }) => {
      await once(drainSignal, 'abort');
      return { code: 4000, reason: 'finished' };
    });
    const client = await app.injectWS('/');
    await app.close();
    expect(await client.closed).toMatchObject({ received: { code: 4000, reason: 'finished' } });
  });

  test('does not wait for refused clients that keep their sockets, or for hooks that never end', async () => {
    const app = await anApp();
    const begun = deferred<void>();
    app.get('/401', { websocket: true, onRequest: async (_, reply) => reply.code(401).send() }, (one) => one.closed);
    app.get('/never', { websocket: true, onRequest: async () => neverAfter(begun) }, (one) => one.closed);
    const port = Number((await listening(app)).split(':')[1]);
    const sockets = ['/401', '/404', '/never'].map((path) => {
      const socket = connectTcp({ port, host: '127.0.0.1', allowHalfOpen: true });
      socket.write(handshake(path));
      socket.on('error', () => {});
      return socket;
    });
    await begun.promise;
    await app.close();
    for (const socket of sockets) socket.destroy();
  });

  test('refuses those who come meanwhile with 503', async () => {
    const app = await anApp({ drain: { finishFirstMs: 10_000 } });
    const end = deferred<void>();
    app.get('/', { websocket: true }, () => end.promise);
    await app.injectWS('/');
    const closed = app.close();
    await eventually(() => !app.wirekeeper.isReady);
    expect(await refusalOf(app)).toMatchObject({ status: 503 });
    end.resolve();
    await closed;
  });

  test('of an application whose supervisor has ended joins it', async () => {
    const app = await anApp();
    app.get('/', { websocket: true }, (connection) => connection.closed);
    await app.ready();
    await app.wirekeeper.stop();
    expect(await refusalOf(app)).toMatchObject({ status: 503 });
    await app.close();
  });
});

test('the supervisor given is the parent of its own', async () => {
  await using supervisor = createSupervisor();
  await using app = await anApp({ supervisor, limits: { maxPayloadBytes: 10 } });
  app.get('/', { websocket: true }, (connection) => connection.closed);
  const client = await app.injectWS('/');
  expect(supervisor.connections.size).toBe(1);
  client.send('more than ten bytes');
  expect(await client.closed).toMatchObject({ received: { code: 1009 } });
  await supervisor.drain({ spreadMs: 0 });
  expect(app.wirekeeper.state).toBe('stopped');
});

describe('on a server that others use', () => {
  test('leaves the upgrades of other paths to other listeners', async () => {
    await using app = await anApp();
    app.get('/live/:room', { websocket: true }, async (connection) => void connection.send('ours'));
    const theirs: (string | undefined)[] = [];
    app.server.on('upgrade', ({ url }, socket) => {
      if (url !== '/hmr') return;
      theirs.push(url);
      socket.end('HTTP/1.1 418 Theirs\r\nContent-Length: 0\r\n\r\n');
    });
    const host = await listening(app);
    await expect(connect(`ws://${host}/hmr`)).rejects.toMatchObject({ report: { httpStatus: 418 } });
    expect((await (await connect(`ws://${host}/live/tea`)).receive())?.text()).toBe('ours');
    expect(theirs).toEqual(['/hmr']);
  });

  test('answers requests that offer another protocol as if it were not there', async () => {
    await using app = await anApp();
    app.get('/', { websocket: true }, (connection) => connection.closed);
    app.post('/plain', async ({ body }) => ({ got: body }));
    const host = await listening(app);
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connectTcp(Number(host.split(':')[1]), '127.0.0.1');
      socket.on('error', reject);
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString();
        if (text.includes('}')) socket.destroy();
      });
      socket.on('close', () => resolve(text));
      socket.write(
        'POST /plain HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n' +
          'HTTP2-Settings: AAMAAABk\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello',
      );
    });
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*\{"got":"hello"\}/);
  });

  test('serves on each address that Fastify binds', async () => {
    await using app = await anApp();
    app.get('/', { websocket: true }, async (connection) => void connection.send('in'));
    await app.listen({ port: 0, host: 'localhost' });
    for (const { address, port } of app.addresses() as AddressInfo[]) {
      const host = address.includes(':') ? `[${address}]` : address;
      expect((await (await connect(`ws://${host}:${port}/`)).receive())?.text()).toBe('in');
    }
  });

  test('takes a server that Fastify is given', async () => {
    const app = Fastify({ serverFactory: (handler) => createServer(handler) });
    await app.register(fastifyWirekeeper);
    app.get('/', { websocket: true }, async (connection) => void connection.send('in'));
    const host = await listening(app);
    expect((await (await connect(`ws://${host}/`)).receive())?.text()).toBe('in');
    const [response] = await once(get(`http://${host}/`, { agent: false }), 'response');
    expect(response.resume().statusCode).toBe(426);
    await app.close();
  });
});
