import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/index.js';
import { OptionError } from '../../../src/transport/errors.js';
import { endingsOf } from '../../support/endings.js';
import { anApp, refusalOf } from './an-app.js';

test('`this` of a handler is the instance that has declared the route, with its prefix and its decorators', async () => {
  await using app = await anApp();
  app.register(
    async (child) => {
      child.decorate('greeting', 'good morning');
      child.get('/live', { websocket: true }, async function (connection) {
        connection.send((this as unknown as { greeting: string }).greeting);
        await connection.closed;
      });
    },
    { prefix: '/v1' },
  );
  expect((await (await app.injectWS('/v1/live')).receive())?.text()).toBe('good morning');
});

test('a route may have a handler for requests, and one for WebSockets', async () => {
  await using app = await anApp();
  app.route({
    method: 'GET',
    url: '/',
    handler: async () => ({ hello: 'http' }),
    wsHandler: async (connection) => {
      connection.send('hello');
      await connection.closed;
    },
  });
  expect((await app.inject('/')).json()).toEqual({ hello: 'http' });
  expect((await (await app.injectWS('/')).receive())?.text()).toBe('hello');
});

test.each(['GET', 'HEAD'] as const)(
  'a plain %s of a route for WebSockets only is answered with 426',
  async (method) => {
    await using app = await anApp();
    app.route({ method: 'GET', url: '/', websocket: true, handler: (connection) => connection.closed });
    expect(await app.inject({ method, url: '/' })).toMatchObject({
      statusCode: 426,
      headers: { upgrade: 'websocket', connection: 'Upgrade' },
    });
  },
);

test('an upgrade that reaches no route for WebSockets has the 404 of the application', async () => {
  await using app = await anApp();
  app.setNotFoundHandler((request, reply) => void reply.code(404).send(`no ${request.url}`));
  app.get('/plain', async () => 'plain');
  app.get('/live', { websocket: true }, (connection) => connection.closed);
  expect(await refusalOf(app, '/nowhere')).toMatchObject({ status: 404, body: 'no /nowhere' });
  expect(await refusalOf(app, '/plain')).toMatchObject({ status: 404, body: 'no /plain' });
  expect(app.wirekeeper.stats().refusedBy).toEqual({ authenticate: 2 });
});

describe('grant', () => {
  test('makes data, identity, and the end of a credential of what hooks have found', async () => {
    const expiresAt = Date.now() + 300;
    await using app = await anApp({
      grant: (request) => ({
        data: { user: request.headers['x-user'] },
        identity: `user:${String(request.headers['x-user'])}`,
        expiresAt,
        headers: { 'X-Granted': 'yes' },
      }),
    });
    app.addHook('onRequest', async (_request, reply) => void reply.header('x-granted', 'no').header('x-hook', '1'));
    app.get('/', { websocket: true }, async (connection) => {
      connection.send(JSON.stringify([connection.data, connection.identity]));
      await connection.closed;
    });
    const client = await app.injectWS('/', { headers: { 'x-user': 'ann' } });
    expect((await client.receive())?.json()).toEqual([{ user: 'ann' }, 'user:ann']);
    expect(client.response?.headers).toMatchObject({ 'x-granted': 'yes', 'x-hook': '1' });
    expect(await client.closed).toMatchObject({ received: { code: 3000 } });
  });

  test.each<[string, unknown, number]>([
    ['no grant at all', undefined, 503],
    ['true', true, 503],
    ['an unknown key', { user: 'ann' }, 503],
    ['an instance of a class', new Date(), 503],
    ['header fields that are a text', { data: 1, headers: 'x' }, 503],
  ])('lets nobody in by %s', async (_what, granted, status) => {
    await using app = await anApp({ grant: () => granted as never });
    app.get('/', { websocket: true }, (connection) => connection.closed);
    expect(await refusalOf(app)).toMatchObject({ status });
  });

  test('of a route wins; what it throws goes to the error handler', async () => {
    await using app = await anApp({ grant: () => ({ data: 'plugin' }) });
    const grant = () => Promise.reject(Object.assign(new Error('gone'), { statusCode: 410 }));
    app.get('/', { websocket: true, wirekeeper: { grant } }, (connection) => connection.closed);
    expect(await refusalOf(app)).toMatchObject({ status: 410 });
  });
});

test('a handler that throws ends its connection with 1011, and is logged', async () => {
  const lines: string[] = [];
  await using app = await anApp({}, { logger: { level: 'error', stream: { write: (line) => void lines.push(line) } } });
  app.get('/', { websocket: true }, async () => {
    throw new TypeError('a bug');
  });
  const client = await app.injectWS('/');
  expect(await client.closed).toMatchObject({ received: { code: 1011 } });
  expect(await endingsOf(app.wirekeeper)).toMatchObject([{ trigger: 'handler-threw', cause: { message: 'a bug' } }]);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ level: 50, err: { message: 'a bug' } }]);
});

describe('a route with options of its own', () => {
  test('has a listener of its own, which is called as the route', async () => {
    await using app = await anApp({ protocols: ['v1'] });
    app.get('/a', { websocket: true }, (connection) => connection.closed);
    app.get('/b', { websocket: true, wirekeeper: { protocols: ['v2'] } }, (connection) => connection.closed);
    app.get(
      '/b',
      { websocket: true, constraints: { host: 'other.example' }, wirekeeper: { origins: 'any' } },
      (connection) => connection.closed,
    );
    expect(app.wirekeeper.whichChildren().map(({ id }) => id)).toEqual(['fastify', '/b', '/b#2']);
    const protocols = ['v1', 'v2'];
    expect((await app.injectWS('/a', { protocols })).protocol).toBe('v1');
    expect((await app.injectWS('/b', { protocols })).protocol).toBe('v2');
  });

  test('has limits of its own', async () => {
    await using app = await anApp();
    app.get('/', { websocket: true, wirekeeper: { limits: { maxConnections: 1 } } }, (one) => one.closed);
    await app.injectWS('/');
    expect(await refusalOf(app)).toMatchObject({ status: 503 });
  });

  test.each<[object, string]>([
    [{ wirekeeper: { origin: 'any' } }, 'wirekeeper.origin'],
    [{ wirekeeper: { grant: 5 } }, 'wirekeeper.grant'],
    [{ wirekeeper: 5 }, 'wirekeeper'],
    [{ wirekeeper: { limits: { maxConnections: -1 } } }, 'limits.maxConnections'],
    [{ method: ['GET', 'POST'] }, 'method'],
    [{ wsHandler: () => {} }, 'wsHandler'],
  ])('refuses %o when it is declared', async (options, option) => {
    await using app = await anApp();
    const declare = () =>
      app.route({
        method: 'GET',
        url: '/',
        websocket: true,
        handler: (one: Connection) => one.closed,
        ...options,
      } as never);
    expect(declare).toThrow(OptionError);
    expect(declare).toThrow(expect.objectContaining({ option }));
  });
});
