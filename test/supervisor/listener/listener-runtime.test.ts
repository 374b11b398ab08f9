import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/supervisor/api/connection.js';
import type { Grant, ListenOptions } from '../../../src/supervisor/api/listener.js';
import type { Refusal } from '../../../src/supervisor/api/refusal.js';
import type { SupervisorOptions } from '../../../src/supervisor/api/supervisor.js';
import { refuse } from '../../../src/supervisor/listener/refusal.js';
import { aSupervisor } from '../../support/a-supervisor.js';
import { FakeUpgrade } from '../../support/fake-transport.js';
import { settled } from '../../support/settled.js';

async function aListener(options: Partial<ListenOptions<unknown>> = {}, supervisorOptions: SupervisorOptions = {}) {
  const fixture = aSupervisor(supervisorOptions);
  const connections: Connection<unknown>[] = [];
  const listener = await fixture.supervisor.listen<unknown>({
    port: 0,
    handler: (connection) => {
      connections.push(connection);
      return connection.closed;
    },
    ...options,
  });
  return { ...fixture, listener, connections };
}

describe('an opening handshake is answered with', () => {
  test.each([
    ['404 for another path', { url: '/other' }, 404],
    ['405 for another method', { method: 'POST' }, 405],
    ['426 without Upgrade', { headers: { upgrade: undefined } }, 426],
    ['426 for another version', { headers: { 'sec-websocket-version': '8' } }, 426],
    ['400 for a malformed key', { headers: { 'sec-websocket-key': 'short' } }, 400],
    ['403 for a foreign origin', { headers: { origin: 'https://evil.example' } }, 403],
  ])('%s', async (_what, request, status) => {
    const { transport, supervisor, events } = await aListener({ path: '/here' });
    const upgrade = transport.upgrade({ url: '/here', ...request });
    expect(upgrade.answer?.status).toBe(status);
    expect(upgrade.wire).toBeUndefined();
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'handshake.refused', childId: 'listener-1', status }),
    );
    expect(supervisor.stats().refused).toEqual({ [status]: 1 });
  });

  test('101 for the rest, and the handler gets the connection', async () => {
    const { transport, connections, supervisor } = await aListener({ path: '/rooms/*', protocols: ['b', 'a'] });
    const upgrade = transport.upgrade({ url: '/rooms/blue?x=1', headers: { 'sec-websocket-protocol': 'a, b' } });
    expect(upgrade.protocol).toBe('b');
    const [connection] = connections;
    expect(connection).toMatchObject({ role: 'accepted', state: 'open', protocol: 'b', childId: 'listener-1' });
    expect(connection?.request).toMatchObject({ path: '/rooms/blue', params: { 0: 'blue' } });
    expect([...supervisor.connections.values()]).toEqual([connection]);
  });

  test('101 without a subprotocol when none of those offered is spoken', async () => {
    const { transport } = await aListener({ protocols: ['b'] });
    const upgrade = transport.upgrade({ headers: { 'sec-websocket-protocol': 'x' } });
    expect([upgrade.wire === undefined, upgrade.protocol]).toEqual([false, undefined]);
  });

  test('a subprotocol that was not offered is not chosen, whatever the function says', async () => {
    const { transport } = await aListener({ protocols: () => 'mine' });
    expect(transport.upgrade({ headers: { 'sec-websocket-protocol': 'x' } }).protocol).toBeUndefined();
  });
});

test.each<[string, Partial<ListenOptions<unknown>>, string]>([
  [
    'an origins function',
    {
      origins: () => {
        throw new Error('bug');
      },
    },
    'origin',
  ],
  [
    'a protocols function',
    {
      protocols: () => {
        throw new Error('bug');
      },
    },
    'protocols',
  ],
])('%s that throws is answered with 503, and the error is reported', async (_what, options, why) => {
  const { transport, events } = await aListener(options);
  const upgrade = transport.upgrade({ headers: { 'sec-websocket-protocol': 'x' } });
  expect(upgrade.answer?.status).toBe(503);
  expect(events).toContainEqual(expect.objectContaining({ type: 'handshake.refused', why, error: new Error('bug') }));
});

describe('on a shared server', () => {
  const server = {} as NonNullable<ListenOptions['server']>;

  test('other paths are left alone', async () => {
    const { transport } = await aListener({ port: undefined, server, path: '/here' });
    expect(transport.wants({ ...transport.upgrade().request, url: '/socket.io' })).toBe(false);
    expect(transport.wants({ ...transport.upgrade().request, url: '/here?x' })).toBe(true);
  });

  test("other paths are refused with unmatched: 'refuse'", async () => {
    const { transport } = await aListener({ port: undefined, server, path: '/here', unmatched: 'refuse' });
    expect(transport.wants({ ...transport.upgrade().request, url: '/socket.io' })).toBe(true);
    expect(transport.upgrade({ url: '/socket.io' }).answer?.status).toBe(404);
  });
});

describe('authenticate', () => {
  type Verdict = Grant<unknown> | Refusal;

  test('its data is the connection’s', async () => {
    const { transport, connections } = await aListener({
      authenticate: async (request) => ({ data: request.bearerToken() }),
    });
    transport.upgrade({ headers: { authorization: 'Bearer abc' } });
    await settled();
    expect(connections[0]?.data).toBe('abc');
  });

  test('its refusal is the answer', async () => {
    const { transport } = await aListener({
      authenticate: () => refuse(401, { headers: { 'www-authenticate': 'Bearer' } }),
    });
    const upgrade = transport.upgrade();
    await settled();
    expect(upgrade.answer).toEqual({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
  });

  test.each<[string, () => Verdict | Promise<Verdict>]>([
    [
      'throws',
      () => {
        throw new Error('bug');
      },
    ],
    ['rejects', () => Promise.reject(new Error('bug'))],
  ])('one that %s is answered with 503, and the error is reported', async (_what, authenticate) => {
    const { transport, events } = await aListener({ authenticate });
    const upgrade = transport.upgrade();
    await settled();
    expect(upgrade.answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'handshake.refused', error: expect.objectContaining({ message: 'bug' }) }),
    );
  });

  test('one that takes too long is a 503, and its signal aborts', async () => {
    let signal: AbortSignal | undefined;
    const { clock, transport, supervisor } = await aListener({
      limits: { authenticateWithinMs: 100 },
      authenticate: (_request, context) => {
        ({ signal } = context);
        return new Promise(() => {});
      },
    });
    const upgrade = transport.upgrade();
    expect(supervisor.stats().handshakesInFlight).toBe(1);
    await clock.advanceAsync(120);
    expect(upgrade.answer?.status).toBe(503);
    expect(signal?.aborted).toBe(true);
    expect(supervisor.stats().handshakesInFlight).toBe(0);
  });

  test('a client that goes away meanwhile makes no connection', async () => {
    const { transport, supervisor, events } = await aListener({ authenticate: () => new Promise(() => {}) });
    const upgrade = transport.upgrade();
    upgrade.gone.abort();
    await settled();
    expect(supervisor.connections.size).toBe(0);
    expect(events).toContainEqual(expect.objectContaining({ type: 'handshake.refused', status: 499 }));
  });

  test('a client that has gone before its handshake is decided is not asked about', async () => {
    let calls = 0;
    const authenticate = () => {
      calls += 1;
      return new Promise<never>(() => {});
    };
    const { transport, supervisor, events } = await aListener({ authenticate });
    const upgrade = new FakeUpgrade({});
    upgrade.gone.abort();
    transport.onUpgrade(upgrade);
    await settled();
    expect([calls, supervisor.stats().handshakesInFlight]).toEqual([0, 0]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'handshake.refused', status: 499 }));
  });

  test('more handshakes than maxHandshakes are refused with 503', async () => {
    const { transport } = await aListener({ limits: { maxHandshakes: 2 }, authenticate: () => new Promise(() => {}) });
    const answers = [transport.upgrade(), transport.upgrade(), transport.upgrade()].map(
      (upgrade) => upgrade.answer?.status,
    );
    expect(answers).toEqual([undefined, undefined, 503]);
  });

  test('expiresAt closes with 3000 unless it is renewed', async () => {
    const clockStart = aSupervisor().clock.wallNow();
    const { clock, transport } = await aListener({
      authenticate: () => ({ data: undefined, expiresAt: clockStart + 1000 }),
    });
    const upgrade = transport.upgrade();
    await settled();
    clock.advance(1100);
    expect(upgrade.wire?.asked).toEqual(['close 3000 credential expired']);
  });
});

// A listener's maxConnections was accepted and ignored.
test.each<[string, Partial<ListenOptions<unknown>>, SupervisorOptions]>([
  ["the supervisor's maxConnections", {}, { limits: { maxConnections: 1 } }],
  ['its own maxConnections', { limits: { maxConnections: 1 } }, {}],
  ["its own, below the supervisor's", { limits: { maxConnections: 1 } }, { limits: { maxConnections: 2 } }],
  ["the supervisor's, below its own", { limits: { maxConnections: 2 } }, { limits: { maxConnections: 1 } }],
])(
  'more connections than %s are refused with 503 and a Retry-After, until one has ended',
  async (_name, own, above) => {
    const { transport, events } = await aListener(own, above);
    const { wire } = transport.upgrade();
    expect(wire).toBeDefined();
    expect(transport.upgrade().answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(events).toContainEqual(expect.objectContaining({ type: 'handshake.refused', why: 'maxConnections' }));
    wire?.emitClosing(1000);
    wire?.emitClosed();
    expect(transport.upgrade().wire).toBeDefined();
  },
);

test('its own maxConnections counts its own connections only', async () => {
  const { supervisor, transport } = await aListener({ limits: { maxConnections: 1 } });
  expect(transport.upgrade().wire).toBeDefined();
  await supervisor.listen<unknown>({
    port: 0,
    limits: { maxConnections: 1 },
    handler: (connection) => connection.closed,
  });
  expect(transport.upgrade().wire).toBeDefined();
  expect(transport.upgrade().answer?.status).toBe(503);
});

test('suspended, it refuses with 503; resumed, it takes connections; those there are stay', async () => {
  const { transport, listener, connections, types } = await aListener();
  transport.upgrade();
  listener.suspend();
  expect(listener.state).toBe('suspended');
  expect(transport.upgrade().answer?.status).toBe(503);
  listener.resume();
  expect(transport.upgrade().wire).toBeDefined();
  expect(connections.map((connection) => connection.state)).toEqual(['open', 'open']);
  expect(types()).toEqual(expect.arrayContaining(['listener.started', 'listener.suspended', 'listener.resumed']));
});

test('stop closes its connections with 1001, waits for them, and refuses handshakes that were under way', async () => {
  const { transport, listener, supervisor } = await aListener({
    authenticate: (request) => (request.path === '/slow' ? new Promise(() => {}) : { data: undefined }),
  });
  const open = transport.upgrade();
  const slow = transport.upgrade({ url: '/slow' });
  await settled();
  let isStopped = false;
  const stopped = listener.stop().then(() => {
    isStopped = true;
  });
  await settled();
  expect(slow.answer?.status).toBe(503);
  expect(open.wire?.asked).toEqual(['close 1001']);
  expect([isStopped, transport.isAcceptorClosed]).toEqual([false, true]);
  open.wire?.emitClosing(1001);
  open.wire?.emitClosed();
  await stopped;
  expect([listener.state, listener.connectionCount, supervisor.connections.size]).toEqual(['stopped', 0, 0]);
});

test('a second stop joins the first, and so does the end of an await using block: nothing is cut', async () => {
  const { transport, listener } = await aListener();
  const { wire } = transport.upgrade();
  const stopped = listener.stop();
  const joined = [listener.stop(), listener[Symbol.asyncDispose]()];
  await settled();
  expect(wire?.asked).toEqual(['close 1001']);
  wire?.emitClosing(1001);
  wire?.emitClosed();
  await Promise.all([stopped, ...joined]);
});

test.each([
  ['at once', false],
  ['also when it stops already', true],
])('terminate drops its connections %s', async (_name, isStopping) => {
  const { transport, listener, supervisor } = await aListener({ id: 'door' });
  const { wire } = transport.upgrade();
  if (isStopping) void listener.stop();
  const terminated = listener.terminate();
  expect(wire?.asked).toEqual(['close 1001', 'terminate']);
  wire?.emitClosed({ kind: 'terminated' });
  await terminated;
  expect(await listener.ended).toMatchObject({ id: 'door', reason: 'normal' });
  expect(supervisor.child('door')).toBeUndefined();
});

test('a stopped listener is no child any more, and its id is free', async () => {
  const { listener, supervisor } = await aListener({ id: 'door' });
  await listener.stop();
  expect(supervisor.child('door')).toBeUndefined();
  await supervisor.listen({ id: 'door', port: 0, handler: () => {} });
});

test('a port that cannot be had is a ListenError with its cause, and no child', async () => {
  const { supervisor, transport } = aSupervisor();
  transport.listenError = Object.assign(new Error('address already in use'), { code: 'EADDRINUSE' });
  await expect(supervisor.listen({ id: 'door', port: 80, handler: () => {} })).rejects.toMatchObject({
    code: 'WIREKEEPER_LISTEN',
    cause: { code: 'EADDRINUSE' },
    message: expect.stringContaining('port 80'),
  });
  expect(supervisor.child('door')).toBeUndefined();
});

test('failures to accept are reported, and end nothing', async () => {
  const { transport, events, listener } = await aListener();
  const error = new Error('EMFILE');
  transport.onError(error);
  expect(events).toContainEqual({ type: 'listener.error', childId: 'listener-1', error });
  expect(listener.state).toBe('listening');
});

test('handleUpgrade passes upgrades to the transport', async () => {
  const { listener, transport } = await aListener({ port: undefined });
  expect(transport.target).toEqual({ kind: 'by-hand' });
  listener.handleUpgrade({} as never, {} as never, Buffer.alloc(0));
  expect(transport.byHand).toHaveLength(1);
});

describe('after the 101 nothing refuses a client any more:', () => {
  test('what fails then ends its connection with 1011, and one report', async () => {
    const { clock, transport, supervisor, events } = await aListener();
    const { now } = clock;
    let isFaulty = true;
    Object.assign(clock, {
      now: () => {
        // The first time it is asked for once there is a connection.
        if (!isFaulty || supervisor.connections.size === 0) return now();
        isFaulty = false;
        throw new Error('no time');
      },
    });
    const upgrade = transport.upgrade();
    expect([upgrade.answer, upgrade.wire?.asked]).toEqual([undefined, ['close 1011']]);
    upgrade.wire?.emitClosing(1011);
    upgrade.wire?.emitClosed();
    await settled();
    expect(supervisor.endings).toMatchObject([
      { code: 1011, trigger: 'handler-threw', handlerError: new Error('no time') },
    ]);
    expect(events.filter(({ type }) => type === 'connection.ended' || type === 'handshake.refused')).toHaveLength(1);
    expect(supervisor.connections.size).toBe(0);
  });

  test('a transport that throws at it has refused', async () => {
    const { transport, supervisor, events } = await aListener();
    const upgrade = new FakeUpgrade();
    transport.onUpgrade(
      Object.assign(upgrade, {
        accept: () => {
          throw new Error('bug');
        },
      }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'handshake.refused', status: 503, why: 'transport', error: new Error('bug') }),
    );
    expect([supervisor.connections.size, supervisor.stats().refused]).toEqual([0, { 503: 1 }]);
  });
});

test('what the transport has answered by itself is counted and reported', async () => {
  const { transport, supervisor, events } = await aListener();
  transport.onDiverted({ remoteAddress: '192.0.2.1' }, { kind: 'refused', status: 431, error: new Error('too large') });
  expect(supervisor.stats().refused).toEqual({ 431: 1 });
  expect(events).toContainEqual(
    expect.objectContaining({
      type: 'handshake.refused',
      childId: 'listener-1',
      status: 431,
      why: 'handshake',
      path: '',
      url: '',
      remoteAddress: '192.0.2.1',
      error: new Error('too large'),
    }),
  );
});

test('a `stop` within `authenticate`, which rejects then, is a refusal and an end', async () => {
  const { listener, transport, supervisor } = await aListener({
    authenticate: () => {
      void listener.stop();
      return Promise.reject(new Error('bug'));
    },
  });
  const upgrade = transport.upgrade();
  await listener.ended;
  await settled();
  expect([upgrade.answers, listener.state, supervisor.stats().handshakesInFlight]).toEqual([[503], 'stopped', 0]);
});

describe('one client gets a bounded number of connections', () => {
  test('by its address, and others still get one', async () => {
    const { transport, supervisor } = await aListener({ limits: { maxConnectionsPerAddress: 2 } });
    const from = (remoteAddress: string) => transport.upgrade({ remoteAddress });
    const [first] = [from('2001:db8::1'), from('2001:db8::2')];
    expect(from('2001:db8::3').answer?.status).toBe(429);
    expect(from('2001:db8:0:1::1').wire).toBeDefined();
    expect(supervisor.stats().refusedBy).toEqual({ maxConnectionsPerAddress: 1 });
    first?.wire?.emitClosed();
    expect(from('2001:db8::4').wire).toBeDefined();
  });

  test('by the identity that it was granted, which the connection has', async () => {
    const { transport, supervisor, connections } = await aListener({
      limits: { maxConnectionsPerIdentity: 1 },
      authenticate: () => ({ data: 'mine', identity: 'user:42' }),
    });
    const upgrades = [transport.upgrade(), transport.upgrade({ remoteAddress: '192.0.2.9' })];
    await settled();
    expect(upgrades.map(({ answer }) => answer?.status)).toEqual([undefined, 429]);
    expect(connections).toMatchObject([{ data: 'mine', identity: 'user:42' }]);
    expect(supervisor.stats()).toMatchObject({ refused: { 429: 1 }, refusedBy: { maxConnectionsPerIdentity: 1 } });
  });
});

test('a connection and its report have the client’s address, not that of a trusted proxy', async () => {
  const { transport, supervisor, connections } = await aListener({ trustProxy: ['192.0.2.1'] });
  const upgrade = transport.upgrade({ headers: { 'x-forwarded-for': '203.0.113.7' } });
  expect(connections).toMatchObject([{ remoteAddress: '203.0.113.7', request: { remoteAddress: '203.0.113.7' } }]);
  expect(connections[0]?.toJSON().remoteAddress).toBe('203.0.113.7');
  upgrade.wire?.emitClosed();
  expect(supervisor.endings).toMatchObject([{ remoteAddress: '203.0.113.7' }]);
});
