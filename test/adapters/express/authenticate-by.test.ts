import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { authenticateBy, type Middleware } from '../../../src/adapters/express/authenticate-by.js';
import { connect, createSupervisor, type Grant, type Refusal, refuse } from '../../../src/index.js';
import type { SupervisorEvent } from '../../../src/supervisor/api/events.js';
import { EndedError, OptionError } from '../../../src/transport/errors.js';
import { sharing } from '../../support/shared-server.js';

type Next = (error?: unknown) => void;
type Handler = (request: IncomingMessage & { user?: string }, response: ServerResponse, next: Next) => unknown;

/** Serves clients that the middleware lets in. */
async function aService(middleware: readonly Handler[], grant?: (request: never) => unknown) {
  const shared = await sharing(createServer());
  const supervisor = createSupervisor();
  const events: SupervisorEvent[] = [];
  supervisor.events$.subscribe((event) => events.push(event));
  await supervisor.listen<unknown>({
    server: shared.server,
    authenticate: authenticateBy(middleware as readonly Middleware[], grant as () => Grant<unknown> | Refusal),
    handler: async (connection) => void connection.send(JSON.stringify([connection.data])),
  });
  return {
    events,
    dial: () => connect(`ws://127.0.0.1:${shared.port}/`),
    async refusal() {
      const outcome = await connect(`ws://127.0.0.1:${shared.port}/`).catch((error: unknown) => error);
      if (!(outcome instanceof EndedError)) throw new Error('the client was let in', { cause: outcome });
      return { status: outcome.report?.httpStatus, ...outcome.report?.httpResponse };
    },
    async [Symbol.asyncDispose]() {
      await supervisor.stop();
      await shared[Symbol.asyncDispose]();
    },
  };
}

const named: Handler = (request, _response, next) => {
  request.user = 'ann';
  next();
};
const later: Handler = async (_request, _response, next) => {
  await new Promise((resolve) => setImmediate(resolve));
  next();
};

test('middleware runs in its order, and grant sees what it has made of the request', async () => {
  await using service = await aService([named, later], ({ user }: { user: string }) => ({ data: user }));
  expect((await (await service.dial()).receive())?.json()).toEqual(['ann']);
});

test('without a grant data is undefined', async () => {
  await using service = await aService([named]);
  expect((await (await service.dial()).receive())?.json()).toEqual([null]);
});

test('one that answers refuses, and those after it do not run', async () => {
  const ran: string[] = [];
  await using service = await aService([
    (_request, response) => {
      response.writeHead(401, { 'www-authenticate': 'Bearer', 'set-cookie': ['a=1', 'b=2'] }).end('who?');
    },
    () => ran.push('after'),
  ]);
  expect(await service.refusal()).toMatchObject({
    status: 401,
    headers: { 'www-authenticate': 'Bearer', 'set-cookie': ['a=1', 'b=2'] },
    body: 'who?',
  });
  expect(ran).toEqual([]);
});

test.each<[string, Handler]>([
  [
    'throws',
    () => {
      throw new Error('a bug');
    },
  ],
  ['rejects', () => Promise.reject(new Error('a bug'))],
  ['passes an error on', (_request, _response, next) => next(new Error('a bug'))],
])('one that %s is a 503, and an event has the error', async (_what, middleware) => {
  await using service = await aService([middleware]);
  expect(await service.refusal()).toMatchObject({ status: 503 });
  expect(service.events).toContainEqual(
    expect.objectContaining({ type: 'handshake.refused', why: 'authenticate', error: new Error('a bug') }),
  );
});

test('the 101 has the header fields of the response, also those that are set when it ends', async () => {
  await using service = await aService([
    (_request, response, next) => {
      response.setHeader('x-early', '1');
      const end = response.end.bind(response);
      // As sessions do: they are saved first.
      response.end = (...given: unknown[]) => {
        setImmediate(() => {
          response.setHeader('set-cookie', ['a=1', 'b=2']);
          end(...(given as []));
        });
        return response;
      };
      next();
    },
  ]);
  const { response } = await service.dial();
  expect(response?.headers).toMatchObject({ 'x-early': '1', 'set-cookie': ['a=1', 'b=2'] });
});

test('a framework may give request and response other prototypes', async () => {
  const own = {
    deny(this: ServerResponse) {
      this.statusCode = 403;
      this.end('denied');
    },
  };
  await using service = await aService([
    (_request, response) => {
      Object.setPrototypeOf(
        response,
        Object.setPrototypeOf({ ...own }, Object.getPrototypeOf(Object.getPrototypeOf(response))),
      );
      (response as unknown as typeof own).deny.call(response);
    },
  ]);
  expect(await service.refusal()).toMatchObject({ status: 403, body: 'denied' });
});

test.each<[unknown, number]>([
  [refuse(418), 418],
  [undefined, 503],
  [true, 503],
])('grant lets nobody in by %o', async (granted, status) => {
  await using service = await aService([named], () => granted);
  expect(await service.refusal()).toMatchObject({ status });
});

test.each([[undefined], [[5]], ['x'], [{}]])('%o is no middleware', (middleware) => {
  expect(() => authenticateBy(middleware as never)).toThrow(OptionError);
});

test('a grant must be a function', () => {
  expect(() => authenticateBy([], 5 as never)).toThrow(OptionError);
});

test('without a request of Node, as in memory, it refuses with 503', async () => {
  const authenticate = authenticateBy([]);
  const { signal } = new AbortController();
  expect(await authenticate({ raw: undefined } as never, { signal })).toEqual(refuse(503));
});
