import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInspector, createWebSocketReceiver, type StatelyInspectionEvent } from '@statelyai/inspect';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { assign, setup } from 'xstate';
import { type Connection, createSupervisor, ListenError, OptionError } from '../../../../src/index.js';
import { type InspectionServerOptions, inspect, serveInspection } from '../../../../src/inspect/index.js';
import { actorHandler, type FrameEvent } from '../../../../src/machines/index.js';
import { eventually } from '../../../support/eventually.js';

const TOKEN = 's3cret-token-of-16';
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A service on loopback with an echo, and a server that shows it. */
async function aShow(options: InspectionServerOptions = {}) {
  const supervisor = createSupervisor({ name: 'service' });
  cleanups.push(() => supervisor.stop());
  const listener = await supervisor.listen({
    id: 'echo',
    port: 0,
    host: '127.0.0.1',
    handler: async (connection) => {
      for await (const frame of connection) connection.send(frame);
    },
  });
  const server = await serveInspection(supervisor, { port: 0, ...options });
  cleanups.push(() => server.stop());
  const dial = async (id: string) => {
    const url = `ws://127.0.0.1:${listener.address?.port}/`;
    const dialer = supervisor.dial({ id, url, handler: (connection) => connection.closed });
    await dialer.connected();
    return dialer;
  };
  return { supervisor, server, dial, url: server.url ?? '' };
}

/** A viewer as `@statelyai/inspect` makes it. */
function aReceiver(server: string) {
  const messages: StatelyInspectionEvent[] = [];
  createWebSocketReceiver({ server }).subscribe((message) => messages.push(message));
  const names = () => messages.flatMap((message) => (message.type === '@xstate.actor' ? [message.name] : []));
  return { messages, names };
}

/** How a WebSocket that is opened comes out: `open`, or the status of the refusal. */
async function outcomeOf(url: string, options: { headers?: Record<string, string>; origin?: string } = {}) {
  const socket = new WebSocket(url, options);
  cleanups.push(() => socket.terminate());
  return await new Promise<number | 'open'>((resolve, reject) => {
    socket.on('open', () => resolve('open'));
    socket.on('unexpected-response', (_request, { statusCode }) => resolve(statusCode ?? 0));
    socket.on('error', reject);
  });
}

test("the receiver of @statelyai/inspect gets the present and then what happens, as that package's messages", async () => {
  const { url, dial } = await aShow();
  const { messages, names } = aReceiver(url);
  await eventually(() => names().length === 2, 'the supervisor and its listener');
  const dialer = await dial('feed');
  await eventually(() => names().length === 5, 'the dialer and both connections');
  expect(names().slice(0, 3)).toEqual(['service', 'echo', 'feed']);
  dialer.connection?.close(4001, 's3cret');
  await eventually(
    () => messages.some((message) => message.type === '@xstate.snapshot' && message.snapshot.status === 'done'),
    'an end',
  );
  for (const message of messages) expect(message).toMatchObject({ _version: '0.7.2', sessionId: expect.any(String) });
  const [root] = messages;
  expect(root).toMatchObject({
    type: '@xstate.actor',
    name: 'service',
    snapshot: { status: 'active', value: 'running' },
  });
  const connection = messages.find((message) => message.type === '@xstate.actor' && /^c\d/.test(message.name));
  expect(connection).toMatchObject({ rootId: root?.sessionId, parentId: expect.stringMatching(/^(dialer|listener):/) });
  const definition = connection?.type === '@xstate.actor' ? JSON.parse(connection.definition ?? '') : undefined;
  expect(Object.keys(definition.states)).toEqual(['connecting', 'open', 'closing', 'closed', 'failed']);
  expect(messages.find((message) => message.type === '@xstate.event' && message.event.type === 'close')).toMatchObject({
    event: { type: 'close', code: 4001, reason: '***', trigger: 'close-called' },
  });
  expect(JSON.stringify(messages)).not.toContain('s3cret');
});

test("our messages are those that the package's own inspector makes of our events", async () => {
  const { supervisor, url, dial } = await aShow();
  const theirs: StatelyInspectionEvent[] = [];
  inspect(supervisor, createInspector({ send: (message) => theirs.push(message) }));
  const { messages: ours } = aReceiver(url);
  await eventually(() => ours.length === 4, 'the present');
  const dialer = await dial('feed');
  await dialer.stop();
  const isComplete = (messages: StatelyInspectionEvent[]) => {
    const texts = messages.map((message) => JSON.stringify(message));
    const ends = texts.filter((text) => text.includes('"status":"done"')).length;
    return ends >= 3 && texts.filter((text) => text.includes('"type":"connection.ended"')).length === 4;
  };
  await eventually(() => isComplete(ours) && isComplete(theirs), 'all ends');
  const comparable = (messages: StatelyInspectionEvent[]) =>
    messages.map((message) => {
      const plain = JSON.parse(JSON.stringify(message));
      if (typeof plain.definition === 'string') plain.definition = JSON.parse(plain.definition);
      delete plain.createdAt;
      // An inspector makes the snapshot of an actor a turn later.
      if (plain.type === '@xstate.actor') delete plain.snapshot;
      return plain;
    });
  expect(comparable(ours)).toEqual(comparable(theirs));
});

test('a viewer that asks for one connection, one child, or a share gets just that, with its parents', async () => {
  const { url, dial } = await aShow();
  const id = (await dial('feed')).connection?.id;
  await dial('other');
  const one = aReceiver(`${url}?connection=${id}`);
  const child = aReceiver(`${url}?child=other`);
  const none = aReceiver(`${url}?share=0`);
  await eventually(() => one.names().length === 3 && child.names().length === 3 && none.names().length === 4, 'all');
  expect(one.names()).toEqual(['service', 'feed', id]);
  expect(child.names().slice(0, 2)).toEqual(['service', 'other']);
  expect(none.names()).toEqual(['service', 'echo', 'feed', 'other']);
  expect(await outcomeOf(`${url}?share=2`)).toBe(400);
});

test('viewers come and go, and while there is none nothing is inspected', async () => {
  const { supervisor, url, server } = await aShow();
  let observers = 0;
  const { observe } = supervisor;
  supervisor.observe = (observer) => {
    const subscription = observe.call(supervisor, observer);
    observers += 1;
    return {
      unsubscribe() {
        observers -= 1;
        subscription.unsubscribe();
      },
    };
  };
  for (let i = 0; i < 20; i += 1) {
    const [one, two] = [new WebSocket(url), new WebSocket(url)];
    await Promise.all([once(one, 'message'), once(two, 'message')]);
    expect(observers).toBe(1);
    one.close();
    two.terminate();
    await eventually(() => server.viewerCount === 0 && observers === 0, 'the last viewer to be gone');
  }
});

test('when the supervisor ends, viewers see its last state and are closed with 1000', async () => {
  const { supervisor, url } = await aShow();
  const socket = new WebSocket(url);
  const states: unknown[] = [];
  socket.on('message', (data: Buffer) => states.push(JSON.parse(data.toString()).snapshot?.value));
  await once(socket, 'message');
  void supervisor.stop();
  const [code] = await once(socket, 'close');
  expect(code).toBe(1000);
  expect(states.at(-1)).toBe('stopped');
});

describe('access', () => {
  test('with a token a viewer gives it in the query or as a bearer token, and is refused with 401 otherwise', async () => {
    const { url } = await aShow({ token: TOKEN });
    expect(await outcomeOf(`${url}?token=${TOKEN}`)).toBe('open');
    expect(await outcomeOf(url, { headers: { authorization: `Bearer ${TOKEN}` } })).toBe('open');
    expect(await outcomeOf(url)).toBe(401);
    expect(await outcomeOf(`${url}?token=${TOKEN}x`)).toBe(401);
    expect(await outcomeOf(`${url}?token=`)).toBe(401);
  });

  test('a page of another origin is refused with 403, unless it is listed', async () => {
    const { url } = await aShow();
    expect(await outcomeOf(url, { origin: 'https://evil.example' })).toBe(403);
    expect(await outcomeOf(url, { origin: url.replace('ws:', 'http:').replace(/\/$/, '') })).toBe('open');
    const listed = await aShow({ origins: ['http://localhost:8080'] });
    expect(await outcomeOf(listed.url, { origin: 'http://localhost:8080' })).toBe('open');
  });

  test('without a token a host name that leads to loopback is refused with 421', async () => {
    const { url } = await aShow();
    expect(await outcomeOf(url, { headers: { host: 'evil.example' } })).toBe(421);
  });

  test.each<[string, InspectionServerOptions, string]>([
    [
      'beyond loopback without a token',
      { host: '0.0.0.0' },
      'serveInspection: token is missing, and host is "0.0.0.0"; beyond loopback give one of 16 to 200 printable ASCII ' +
        'characters without spaces.',
    ],
    [
      'on a server of the user without a token',
      { server: createServer() },
      'serveInspection: token is missing; with a server of your own give one of 16 to 200 printable ASCII characters ' +
        'without spaces.',
    ],
  ])('%s it does not start', async (_where, options, sentence) => {
    const supervisor = createSupervisor();
    const starting = serveInspection(supervisor, options);
    await expect(starting).rejects.toThrow(OptionError);
    await expect(starting).rejects.toThrow(sentence);
    await supervisor.stop();
  });

  test('more viewers than allowed are refused with 503, also a thousand at once, and the others stay', async () => {
    const { url, server } = await aShow({ maxViewers: 3 });
    const outcomes = await Promise.all(Array.from({ length: 1_000 }, () => outcomeOf(url)));
    expect(outcomes.filter((outcome) => outcome === 'open').length).toBe(3);
    expect(new Set(outcomes)).toEqual(new Set(['open', 503]));
    expect(server.viewerCount).toBe(3);
  });
});

describe('what viewers send', () => {
  const closeCodeOf = async (url: string, data: string | Buffer) => {
    const socket = new WebSocket(url);
    await once(socket, 'open');
    socket.send(data);
    const [code] = await once(socket, 'close');
    return code as number;
  };

  test('is refused with 1008, and great messages with 1009', async () => {
    const { url } = await aShow();
    expect(
      await closeCodeOf(url, JSON.stringify({ type: '@xstate.event', sessionId: 'x', event: { type: 'go' } })),
    ).toBe(1008);
    expect(await closeCodeOf(url, 'garbage')).toBe(1008);
    expect(await closeCodeOf(url, Buffer.from([1, 2, 3]))).toBe(1008);
    expect(await closeCodeOf(url, 'x'.repeat(100_000))).toBe(1009);
  });

  test('is taken as events for users own actors if that is allowed, and refused if it is no event', async () => {
    const lamp = setup({
      types: { context: {} as { turns: number }, events: {} as FrameEvent | { type: 'turn' } },
    }).createMachine({
      id: 'lamp',
      context: { turns: 0 },
      on: { turn: { actions: assign({ turns: ({ context }) => context.turns + 1 }) } },
    });
    const supervisor = createSupervisor({ name: 'service' });
    cleanups.push(() => supervisor.stop());
    const listener = await supervisor.listen({
      port: 0,
      handler: actorHandler(lamp, { input: (_connection: Connection<unknown>) => undefined }),
    });
    await supervisor
      .dial({ url: `ws://127.0.0.1:${listener.address?.port}/`, handler: ({ closed }) => closed })
      .connected();
    const server = await serveInspection(supervisor, {
      port: 0,
      acceptEvents: ({ type }) => type === 'turn',
      sanitizeContext: (context) => context,
    });
    cleanups.push(() => server.stop());
    const socket = new WebSocket(server.url ?? '');
    const turns: unknown[] = [];
    const actors: { kind: string; sessionId: string }[] = [];
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString());
      if (message.type === '@xstate.actor') actors.push(message);
      if (message.snapshot?.context?.turns !== undefined) turns.push(message.snapshot.context.turns);
    });
    await eventually(() => actors.length === 6 && turns.length > 0, 'the actors');
    const send = (sessionId: string, type: string) =>
      socket.send(JSON.stringify({ type: '@xstate.event', sessionId, event: { type } }));
    for (const { sessionId } of actors) {
      send(sessionId, 'frame');
      send(sessionId, 'turn');
      send(sessionId, 'close');
    }
    await eventually(() => turns.at(-1) === 1, 'one turn');
    expect(supervisor.connections.size).toBe(2);
    socket.send('garbage');
    const [code] = await once(socket, 'close');
    expect(code).toBe(1008);
  });
});

describe('the place', () => {
  const get = async (url: string, method = 'GET') => {
    const request = httpRequest(url.replace('ws:', 'http:'), { method }).end();
    const [response] = await once(request, 'response');
    let body = '';
    for await (const chunk of response) body += chunk;
    return { status: response.statusCode as number, headers: response.headers, body };
  };

  test('a browser gets a page that shows the inspector, without any secret', async () => {
    const { url } = await aShow({ token: TOKEN, inspectorUrl: 'https://inspector.example/?a="b"' });
    const { status, headers, body } = await get(`${url}?token=${TOKEN}`);
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toContain('frame-src https://inspector.example;');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect(body).toContain('<iframe title="Inspector" src="https://inspector.example/');
    expect(body).not.toContain(TOKEN);
    expect((await get(`${url}else`)).status).toBe(404);
    expect((await get(url, 'POST')).status).toBe(405);
  });

  test('without an inspector there is no page', async () => {
    const { url } = await aShow({ inspectorUrl: false });
    expect((await get(url)).status).toBe(404);
  });

  test('a server of the user has viewers on a path of it, and its other upgrades are left alone', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const shown = await aShow({ server, path: '/inspection', token: TOKEN, port: undefined });
    expect(shown.server.url).toBe(undefined);
    expect(await outcomeOf(`ws://127.0.0.1:${port}/inspection?token=${TOKEN}`)).toBe('open');
    await shown.server.stop();
    expect(server.listening).toBe(true);
  });

  test('a port in use is reported in one sentence', async () => {
    const { url } = await aShow();
    const { port } = new URL(url);
    const supervisor = createSupervisor();
    const starting = serveInspection(supervisor, { port: Number(port) });
    await expect(starting).rejects.toThrow(ListenError);
    await expect(starting).rejects.toThrow(`serveInspection: port ${port} of 127.0.0.1 cannot be had (EADDRINUSE)`);
    await supervisor.stop();
  });

  test('stop frees the port, closes viewers with 1001, and leaves the supervisor as it was', async () => {
    const { supervisor, server, url } = await aShow();
    const socket = new WebSocket(url);
    await once(socket, 'open');
    const [[code]] = await Promise.all([once(socket, 'close'), server.stop()]);
    expect([code, supervisor.state]).toEqual([1001, 'running']);
    await server.stop();
    await expect(outcomeOf(url)).rejects.toThrow('ECONNREFUSED');
  });
});
