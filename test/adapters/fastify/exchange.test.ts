import { connect as connectTcp } from 'node:net';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { fastifyWirekeeper } from '../../../src/adapters/fastify/plugin.js';
import { deferred } from '../../../src/supervisor/time/deferred.js';
import { eventually } from '../../support/eventually.js';
import { anApp, handshake, listening, refusalOf } from './an-app.js';

test('hooks do not run for a client that the listener refuses, and onResponse knows its status', async () => {
  await using app = await anApp();
  const seen: unknown[] = [];
  app.addHook('preValidation', async () => void seen.push('preValidation'));
  app.addHook('onResponse', async (_request, reply) => void seen.push(reply.statusCode));
  app.get('/', { websocket: true }, (connection) => connection.closed);
  expect(await refusalOf(app, '/', { origin: 'https://evil.example' })).toMatchObject({ status: 403 });
  await eventually(() => seen.length > 0);
  expect(seen).toEqual([403]);
});

test('onResponse runs when the connection has ended, with 101', async () => {
  await using app = await anApp();
  const seen: unknown[] = [];
  app.addHook('onResponse', async (_request, reply) => void seen.push(reply.statusCode));
  app.get('/', { websocket: true }, (connection) => connection.closed);
  const client = await app.injectWS('/');
  expect(seen).toEqual([]);
  client.close();
  await eventually(() => seen.length > 0);
  expect(seen).toEqual([101]);
});

test('hooks that take too long are a 503, and the handler does not run when they are through', async () => {
  await using app = await anApp({ limits: { authenticateWithinMs: 30 } });
  const late = deferred<void>();
  const seen: unknown[] = [];
  app.addHook('onRequest', () => late.promise);
  app.addHook('onResponse', async (_request, reply) => void seen.push(reply.statusCode));
  app.get('/', { websocket: true, preHandler: async () => void seen.push('preHandler') }, async () => {
    seen.push('handler');
  });
  expect(await refusalOf(app)).toMatchObject({ status: 503 });
  late.resolve();
  await eventually(() => seen.length > 0);
  expect(seen).toEqual([503]);
  expect(app.wirekeeper.stats().refusedBy).toEqual({ authenticateWithinMs: 1 });
});

test.each([
  ['leaves', (socket: ReturnType<typeof connectTcp>) => socket.destroy()],
  ['resets its connection', (socket: ReturnType<typeof connectTcp>) => socket.resetAndDestroy()],
])('hooks of a client that %s meanwhile lead to nothing, and onResponse has status 499', async (_what, leave) => {
  await using app = await anApp();
  const begun = deferred<void>();
  const late = deferred<void>();
  const seen: unknown[] = [];
  app.addHook('onRequest', () => {
    begun.resolve();
    return late.promise;
  });
  app.addHook('onResponse', async (_request, reply) => void seen.push(reply.statusCode));
  app.get('/', { websocket: true }, async () => void seen.push('handler'));
  const host = await listening(app);
  const socket = connectTcp(Number(host.split(':')[1]), '127.0.0.1');
  socket.write(handshake('/'));
  await begun.promise;
  leave(socket);
  await eventually(() => seen.length > 0);
  late.resolve();
  await eventually(() => app.wirekeeper.stats().refusedBy['gone'] === 1);
  expect(seen).toEqual([499]);
});

test('hooks that another plugin has added before run first, and may refuse', async () => {
  const app = Fastify();
  let isRefused = false;
  app.addHook('onRequest', async (_request, reply) => {
    await new Promise((resolve) => setImmediate(resolve));
    if (isRefused) await reply.code(429).send();
  });
  await app.register(fastifyWirekeeper);
  app.get('/', { websocket: true }, async (connection) => void connection.send('in'));
  expect((await (await app.injectWS('/')).receive())?.text()).toBe('in');
  isRefused = true;
  expect(await refusalOf(app)).toMatchObject({ status: 429 });
  await app.close();
});
