import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';
import { connect, createSupervisor } from '../../../src/index.js';
import type { SupervisorEvent } from '../../../src/supervisor/api/events.js';
import { eventually } from '../../support/eventually.js';
import { anApp, handshake, listening, refusalOf } from './an-app.js';

type Hook = (request: FastifyRequest, reply: FastifyReply) => unknown;

const HOOKS = ['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const;

/** An application with a route whose hook hijacks the reply, and what was seen of it. */
async function hijacking(hook: (typeof HOOKS)[number], act: Hook, authenticateWithinMs = 10_000) {
  const app = await anApp({ limits: { authenticateWithinMs } });
  const seen: unknown[] = [];
  app.wirekeeper.events$.subscribe((event: SupervisorEvent) => {
    if (event.type === 'handshake.taken') seen.push([event.type, event.how, event.waitedMs]);
    if (event.type === 'handshake.refused') seen.push([event.type, event.status]);
  });
  app.addHook('onResponse', async () => void seen.push('onResponse'));
  app.get('/', {
    websocket: true,
    [hook]: async (request: FastifyRequest, reply: FastifyReply) => {
      reply.hijack();
      await act(request, reply);
    },
    handler: async () => void seen.push('handler'),
  } as never);
  return { app, seen };
}

/** A client that is written by hand. */
async function client(app: FastifyInstance, early = ''): Promise<Socket> {
  const host = await listening(app);
  const socket = connectTcp(Number(host.split(':')[1]), '127.0.0.1');
  socket.write(handshake('/') + early);
  return socket;
}

const TAKEN = ['handshake.taken', 'reply.hijack() was called', undefined];

// The listener kept the socket, and wrote a 503 into it when authenticateWithinMs had passed.
test.each(HOOKS)('a reply that %s hijacks is answered by the hook, whenever it likes', async (hook) => {
  let taken: Socket | undefined;
  const { app, seen } = await hijacking(
    hook,
    ({ raw }) => {
      taken = raw.socket;
    },
    20,
  );
  const socket = await client(app, 'early');
  await eventually(() => taken !== undefined);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(app.wirekeeper.stats()).toMatchObject({ handshakesInFlight: 0, refusedBy: {} });
  const [early] = (await once(taken as Socket, 'data')) as [Buffer];
  expect(String(early)).toBe('early');
  taken?.end('HTTP/1.1 418 Mine\r\n\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(String(answer)).toBe('HTTP/1.1 418 Mine\r\n\r\n');
  socket.end();
  await eventually(() => seen.length === 2);
  expect(seen).toEqual([TAKEN, 'onResponse']);
  await app.close();
});

test('a hook may answer by the response after it has hijacked the reply', async () => {
  const { app, seen } = await hijacking('preValidation', async (_request, { raw }) => {
    await new Promise(setImmediate);
    raw.writeHead(401, { 'x-why': 'test' }).end('who?');
  });
  expect(await refusalOf(app)).toMatchObject({ status: 401, headers: { 'x-why': 'test' }, body: 'who?' });
  expect(seen).toEqual([TAKEN, ['handshake.refused', 401], 'onResponse']);
  await app.close();
});

test('a hook that has answered by the socket may end the response, too', async () => {
  const { app, seen } = await hijacking('preHandler', (request, { raw }) => {
    request.raw.socket.end('HTTP/1.1 418 Mine\r\n\r\n');
    raw.end();
  });
  const socket = await client(app);
  expect(String(Buffer.concat(await socket.toArray()))).toBe('HTTP/1.1 418 Mine\r\n\r\n');
  await eventually(() => seen.length === 2);
  expect(new Set(seen)).toEqual(new Set([TAKEN, 'onResponse']));
  await app.close();
});

test('a hook may hand the socket to another listener', async () => {
  await using other = createSupervisor();
  const listener = await other.listen({
    handler: async (connection) => {
      connection.send('from the other');
      await connection.closed;
    },
  });
  const { app, seen } = await hijacking('onRequest', ({ raw }) =>
    listener.handleUpgrade(raw, raw.socket, Buffer.alloc(0)),
  );
  const dialed = await connect(`ws://${await listening(app)}/`);
  expect((await dialed.receive())?.text()).toBe('from the other');
  dialed.close();
  await dialed.closed;
  await eventually(() => seen.includes('onResponse'));
  expect(seen).toEqual([TAKEN, 'onResponse']);
  await app.close();
});

test('a client that resets the connection after a hook has hijacked its reply is no error', async () => {
  let isClosed = false;
  let hijacked = () => {};
  const begun = new Promise<void>((resolve) => {
    hijacked = resolve;
  });
  const { app, seen } = await hijacking('preHandler', ({ raw }) => {
    raw.socket.on('close', () => {
      isClosed = true;
    });
    hijacked();
  });
  const socket = await client(app);
  await begun;
  socket.resetAndDestroy();
  await eventually(() => isClosed && seen.includes('onResponse'));
  expect(seen).toEqual([TAKEN, 'onResponse']);
  await app.close();
});

test('a hook that hijacks the reply when the client was refused already changes nothing', async () => {
  let late = () => {};
  const app = await anApp({ limits: { authenticateWithinMs: 20 } });
  const hijacked = new Promise<void>((resolve) => {
    app.get(
      '/',
      {
        websocket: true,
        preHandler: async (_request, reply) => {
          await new Promise<void>((answered) => {
            late = answered;
          });
          reply.hijack();
          resolve();
        },
      },
      (connection) => connection.closed,
    );
  });
  expect(await refusalOf(app)).toMatchObject({ status: 503 });
  late();
  await hijacked;
  expect(app.wirekeeper.stats().refusedBy).toEqual({ authenticateWithinMs: 1 });
  await app.close();
});

test('grant may hijack the reply', async () => {
  const app = await anApp();
  app.get(
    '/',
    {
      websocket: true,
      wirekeeper: {
        grant: (request, reply) => {
          reply.hijack();
          request.raw.socket.end('HTTP/1.1 418 Mine\r\n\r\n');
          return { data: 1 };
        },
      },
    },
    (connection) => connection.closed,
  );
  expect(await refusalOf(app)).toMatchObject({ status: 418 });
  await app.close();
});
