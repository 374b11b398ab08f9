import type { IncomingMessage } from 'node:http';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { SupervisorEvent } from '../../../src/supervisor/api/events.js';
import type { ListenOptions } from '../../../src/supervisor/api/listener.js';
import { Admission, type AdmissionOwner } from '../../../src/supervisor/listener/admission.js';
import { NO_ROOM } from '../../../src/supervisor/listener/fault.js';
import { refuse } from '../../../src/supervisor/listener/refusal.js';
import { createConnectionRequest } from '../../../src/supervisor/listener/request.js';
import { resolveListen } from '../../../src/supervisor/listener/resolve-listen.js';
import { resolveSupervisor } from '../../../src/supervisor/options/resolve-supervisor.js';
import { LoadWatch } from '../../../src/supervisor/time/load-watch.js';
import { Wheel } from '../../../src/supervisor/time/wheel.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';
import { OptionError } from '../../../src/transport/errors.js';
import type { Diversion } from '../../../src/transport/transport.js';
import { aParent } from '../../support/a-parent.js';
import { FakeUpgrade } from '../../support/fake-transport.js';
import { settled } from '../../support/settled.js';

const aLoad = (memoryShare: number) => {
  const clock = createHeapClock();
  return new LoadWatch(
    new Wheel(clock, () => {}),
    () => clock.now(),
    () => memoryShare,
  );
};

/** @param memoryShare the share of its memory that the process uses. */
function anAdmission(
  options: Partial<ListenOptions<unknown>> = {},
  owner: Partial<AdmissionOwner> = {},
  memoryShare = 0,
) {
  const { services, events, clock } = aParent();
  const accepted: unknown[] = [];
  let inFlight = 0;
  const settings = resolveListen({ port: 0, handler: () => {}, ...options }, resolveSupervisor({}), () => 'door');
  const admission = new Admission(
    {
      id: 'door',
      services: {
        ...services,
        refused: () => {},
        load: aLoad(memoryShare),
        handshakes: (by) => {
          inFlight += by;
        },
      },
      closedFault: () => undefined,
      hasRoom: () => true,
      accept: (_upgrade, _request, { data }) => accepted.push(data),
      ...owner,
    },
    settings,
  );
  const decide = (upgrade = new FakeUpgrade({ url: '/' })) => {
    admission.decide(upgrade);
    return upgrade;
  };
  const refused = () => events.filter((event) => event.type === 'handshake.refused');
  const why = () => events.flatMap((event: SupervisorEvent) => (event.type === 'handshake.refused' ? [event.why] : []));
  return { admission, accepted, decide, refused, events, why, clock, inFlight: () => inFlight };
}

test('admits at once clients that need no credential', () => {
  const { accepted, decide } = anAdmission();
  decide();
  expect(accepted).toEqual([undefined]);
});

test('does not authenticate a client that comes while the listener is suspended', () => {
  const { accepted, decide, why } = anAdmission(
    {
      origins: () => {
        throw new Error('was asked');
      },
    },
    { closedFault: () => ({ answer: NO_ROOM, why: 'suspended' }) },
  );
  expect(decide().answer?.status).toBe(503);
  expect([accepted, why()]).toEqual([[], ['suspended']]);
});

test('closed, it refuses clients whose authentication is pending', async () => {
  const { admission, accepted, decide, why, inFlight } = anAdmission({ authenticate: () => new Promise(() => {}) });
  const upgrade = decide();
  expect(inFlight()).toBe(1);
  admission.close();
  await settled();
  expect([upgrade.answer?.status, why(), inFlight(), accepted]).toEqual([503, ['stopped'], 0, []]);
});

test('a client whose credential is granted when no connections are taken any more is refused', async () => {
  let isClosed = false;
  let grant = (_granted: { readonly data: string }) => {};
  const { accepted, decide, why } = anAdmission(
    { authenticate: () => new Promise((resolve) => (grant = resolve)) },
    { closedFault: () => (isClosed ? { answer: NO_ROOM, why: 'draining' } : undefined) },
  );
  decide();
  isClosed = true;
  grant({ data: 'mine' });
  await settled();
  expect([accepted, why()]).toEqual([[], ['draining']]);
});

test('on a shared server it wants only its own paths, unless it is to refuse the others', () => {
  const request = new FakeUpgrade({ url: '/other?x=1' }).request;
  const server = {} as NonNullable<ListenOptions['server']>;
  const wants = (options: Partial<ListenOptions<unknown>>) =>
    anAdmission({ port: undefined, server, path: '/mine', ...options }).admission.wants(request);
  expect([wants({}), wants({ unmatched: 'refuse' }), wants({ path: '/other' })]).toEqual([false, true, true]);
});

const bug = () => {
  throw new Error('bug');
};

type Settle = (value: unknown) => void;
const thenable = (settle: (resolve: Settle, reject: Settle) => void) =>
  new Proxy({}, { get: (_target, key) => (key === 'then' ? settle : undefined) });

describe('a handshake is refused once, whatever', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['false', false],
    ['true', true],
    ['an empty object', {}],
    ['a status', 401],
    ['a text', 'no'],
    ['an answer', { ok: false }],
    ['an Error', new Error('no')],
    ['a Response', new Response(null, { status: 401 })],
    ['an end that is no number', { data: 1, expiresAt: Number.NaN }],
    ['an end in seconds', { data: 1, expiresAt: 1_900_000_000 }],
    ['an end that is an invalid Date', { data: 1, expiresAt: new Date(Number.NaN) }],
    ['an end that is a Symbol', { data: 1, expiresAt: Symbol('soon') }],
    ['a promise of false', Promise.resolve(false)],
  ])('`authenticate` returns: %s is a 503 with an OptionError', async (_what, value) => {
    const { accepted, decide, refused, inFlight } = anAdmission({ authenticate: () => value as never });
    const upgrade = decide();
    await settled();
    expect([upgrade.answers, accepted, inFlight()]).toEqual([[503], [], 0]);
    expect(refused()).toMatchObject([{ status: 503, why: 'authenticate', error: expect.any(OptionError) }]);
  });

  test.each<[string, () => unknown]>([
    [
      'a getter that throws',
      () => ({
        get data() {
          return bug();
        },
      }),
    ],
    ['a proxy that throws', () => new Proxy({}, { get: bug, ownKeys: bug, getPrototypeOf: bug })],
    ['a thenable whose `then` throws', () => thenable(bug)],
    ['a thenable whose `then` cannot be read', () => new Proxy({}, { get: bug })],
    [
      'a thenable that calls back twice',
      () =>
        thenable((resolve, reject) => {
          reject(new Error('bug'));
          resolve({ data: 1 });
        }),
    ],
    [
      'a thenable that calls back and throws',
      () =>
        thenable((resolve) => {
          resolve(false);
          bug();
        }),
    ],
  ])('`authenticate` returns: %s is a 503 with the error', async (_what, make) => {
    const { accepted, decide, refused } = anAdmission({ authenticate: () => make() as never });
    const upgrade = decide();
    await settled();
    expect([upgrade.answers, accepted]).toEqual([[503], []]);
    expect(refused()).toMatchObject([{ status: 503, why: 'authenticate', error: expect.any(Error) }]);
  });

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['an object without a prototype', Object.create(null)],
    ['a refusal', refuse(401)],
  ])('`authenticate` throws: %s is a 503', async (_what, thrown) => {
    const { decide, refused } = anAdmission({
      authenticate: () => {
        throw thrown;
      },
    });
    const upgrade = decide();
    await settled();
    expect([upgrade.answers, refused().length]).toEqual([[503], 1]);
  });

  test.each<[string, Partial<ListenOptions<unknown>>, number]>([
    ['origins', { origins: bug }, 503],
    ['protocols', { protocols: bug }, 503],
    [
      'protocols, which returns a promise that rejects,',
      { protocols: (() => Promise.reject(new Error('bug'))) as never },
      503,
    ],
    ['origins, which returns a promise of true,', { origins: (async () => true) as never }, 403],
  ])('%s throws', (_what, options, status) => {
    const { accepted, decide, refused } = anAdmission(options);
    const upgrade = decide(new FakeUpgrade({ headers: { 'sec-websocket-protocol': 'a' } }));
    expect([upgrade.answers, accepted, refused().length]).toEqual([[status], [], 1]);
  });

  test('`undefined` is thrown: the event has it as its error', async () => {
    const { decide, refused } = anAdmission({
      authenticate: () => thenable((_resolve, reject) => reject(undefined)) as never,
    });
    decide();
    await settled();
    expect(refused().map((event) => 'error' in event)).toEqual([true]);
  });

  test('the transport throws', () => {
    const { decide, refused } = anAdmission({ path: '/other' });
    decide(Object.assign(new FakeUpgrade(), { refuse: bug }));
    expect(refused()).toMatchObject([{ status: 404, error: new Error('bug') }]);
  });
});

test('a refusal of another copy of the package is one', async () => {
  const foreign = Object.defineProperty({ answer: { status: 401, body: 'no' } }, Symbol.for('wirekeeper.refusal'), {
    value: true,
  });
  const { decide, refused } = anAdmission({ authenticate: () => foreign });
  const upgrade = decide();
  await settled();
  expect([upgrade.answer, refused().map(({ why }) => why)]).toEqual([{ status: 401, body: 'no' }, ['authenticate']]);
});

/** Calls first, then gives. */
const after = <T>(first: () => void, then: () => T) => {
  return () => {
    first();
    return then();
  };
};

test.each<[string, (stop: () => void) => Partial<ListenOptions<unknown>>]>([
  ['authenticate', (stop) => ({ authenticate: after(stop, async () => ({ data: 1 })) })],
  [
    'authenticate, which rejects then,',
    (stop) => ({ authenticate: after(stop, () => Promise.reject(new Error('bug'))) }),
  ],
  ['authenticate, which throws then,', (stop) => ({ authenticate: after(stop, bug) })],
  ['origins', (stop) => ({ origins: after(stop, () => true) })],
  ['protocols', (stop) => ({ protocols: after(stop, () => 'a') })],
])('%s that stops its own listener admits nobody, and is refused once', async (_what, options) => {
  let isStopped = false;
  const scene = anAdmission(
    options(() => {
      isStopped = true;
      scene.admission.close();
    }),
    { closedFault: () => (isStopped ? { answer: NO_ROOM, why: 'stopped' } : undefined) },
  );
  const upgrade = scene.decide(new FakeUpgrade({ headers: { 'sec-websocket-protocol': 'a' } }));
  await settled();
  expect([upgrade.answers, scene.accepted, scene.why(), scene.inFlight()]).toEqual([[503], [], ['stopped'], 0]);
});

test('a client whose `authenticate` is slow does not delay others', async () => {
  const { accepted, decide, why } = anAdmission({
    limits: { maxHandshakesPerAddress: 2, maxHandshakes: 10 },
    authenticate: (request) => (request.path === '/slow' ? new Promise(() => {}) : { data: request.remoteAddress }),
  });
  const from = (remoteAddress: string, url = '/slow') => decide(new FakeUpgrade({ url, remoteAddress }));
  for (const remoteAddress of [
    '2001:db8::1',
    '2001:db8::2',
    '2001:db8::3',
    '192.0.2.1',
    '::ffff:192.0.2.1',
    '192.0.2.1',
  ])
    from(remoteAddress);
  from('192.0.2.2', '/');
  await settled();
  expect([why(), accepted]).toEqual([['maxHandshakesPerAddress', 'maxHandshakesPerAddress'], ['192.0.2.2']]);
});

describe('the answer that the transport gave is reported instead', () => {
  const notOpened = (admission: Admission, diversion: Diversion) => {
    const upgrade = Object.assign(new FakeUpgrade({ url: '/a' }), { diversion });
    const request = createConnectionRequest(upgrade.request, () => ({}));
    admission.notOpened(upgrade, request, { status: 499, why: 'gone', failure: {} });
  };

  test('that it has refused otherwise', () => {
    const { admission, refused } = anAdmission();
    const diversion = { kind: 'refused', status: 400, error: new Error('malformed') } as const;
    notOpened(admission, diversion);
    expect(refused()).toMatchObject([{ status: 400, why: 'handshake', url: '/a', error: diversion.error }]);
  });

  test('that somebody else has the socket', () => {
    const { admission, events } = anAdmission();
    notOpened(admission, { kind: 'taken', how: 'it was ended' });
    expect(events).toMatchObject([
      {
        type: 'handshake.taken',
        childId: 'door',
        how: 'it was ended',
        path: '/a',
        url: '/a',
        remoteAddress: '192.0.2.1',
      },
    ]);
  });

  // An event was printed with the query of its request, in which clients give credentials.
  test.each(['/a?token=s3cret', 'http://example.com/a?token=s3cret'])(
    'with the URL %s for programs, and its path for what is printed',
    (url) => {
      const { admission, refused } = anAdmission();
      admission.diverted({ url, remoteAddress: '192.0.2.1' }, { kind: 'refused', status: 400 });
      const [event] = refused();
      expect(event).toMatchObject({ path: '/a', url });
      expect(inspect(event) + JSON.stringify(event)).not.toContain('s3cret');
    },
  );

  test('of a request of which nothing is known', () => {
    const { admission, refused } = anAdmission();
    admission.diverted({}, { kind: 'refused', status: 431 });
    expect(refused()).toMatchObject([{ status: 431, why: 'handshake', path: '', url: '' }]);
  });
});

describe('a client that has as many connections as it may have', () => {
  const client = { remoteAddress: '192.0.2.1', identity: 'user:42' };

  test('from its address is refused with 429, and is not authenticated', () => {
    const { admission, decide, why } = anAdmission({ authenticate: bug, limits: { maxConnectionsPerAddress: 1 } });
    admission.clients.add(client);
    expect(decide().answer).toMatchObject({ status: 429, headers: { 'retry-after': '10' } });
    expect(why()).toEqual(['maxConnectionsPerAddress']);
  });

  test('under its identity is refused with 429 once it is known', async () => {
    const { admission, decide, why, accepted } = anAdmission({
      limits: { maxConnectionsPerIdentity: 1 },
      authenticate: (request) => ({ data: 1, identity: `user:${request.query.get('user')}` }),
    });
    admission.clients.add(client);
    const upgrade = decide(new FakeUpgrade({ url: '/?user=42' }));
    decide(new FakeUpgrade({ url: '/?user=43' }));
    await settled();
    expect([upgrade.answer?.status, why(), accepted]).toEqual([429, ['maxConnectionsPerIdentity'], [1]]);
  });
});

test('while the process is overloaded, clients are refused with 503 before anything is asked of the user', () => {
  const scene = anAdmission({ origins: bug, authenticate: bug, limits: { maxMemoryShare: 0.5 } }, {}, 0.6);
  expect(scene.decide().answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
  expect(scene.refused()).toMatchObject([{ why: 'maxMemoryShare' }]);
});

describe('behind a trusted proxy', () => {
  const throughProxy = (fields: Record<string, string>, remoteAddress = '10.0.0.1') =>
    new FakeUpgrade({ remoteAddress, headers: { host: 'app.internal:8080', ...fields } });

  test('the client has its own address, in `authenticate` and in events', async () => {
    const seen: unknown[] = [];
    const { decide, refused } = anAdmission({
      trustProxy: ['private'],
      authenticate: ({ remoteAddress, isSecure }) => {
        seen.push(remoteAddress, isSecure);
        return refuse(403);
      },
    });
    decide(throughProxy({ 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' }));
    await settled();
    expect(seen).toEqual(['203.0.113.7', true]);
    expect(refused()).toMatchObject([{ remoteAddress: '203.0.113.7' }]);
  });

  test.each([
    // origin                        letting in
    ['https://app.example', 101],
    ['http://app.example', 403],
    ['https://app.internal:8080', 403],
    ['https://evil.example', 403],
  ])('an origin of %s is compared with the host and scheme that the client asked for: %d', (origin, status) => {
    const { decide } = anAdmission({ trustProxy: 1 });
    const upgrade = decide(throughProxy({ origin, 'x-forwarded-host': 'app.example', 'x-forwarded-proto': 'https' }));
    expect(upgrade.answer?.status ?? 101).toBe(status);
  });

  test('`hosts` is about the host that the client asked for', () => {
    const { decide, why } = anAdmission({ trustProxy: 1, hosts: ['app.example'] });
    decide(throughProxy({ 'x-forwarded-host': 'app.example' }));
    expect(why()).toEqual([]);
    decide(throughProxy({ 'x-forwarded-host': 'evil.example' }));
    expect(why()).toEqual(['host']);
  });

  test('one client whose `authenticate` is slow does not keep out another one of the same proxy', async () => {
    const { decide, why } = anAdmission({
      trustProxy: 1,
      limits: { maxHandshakesPerAddress: 1 },
      authenticate: () => new Promise(() => {}),
    });
    for (const client of ['203.0.113.1', '203.0.113.2', '203.0.113.1'])
      decide(throughProxy({ 'x-forwarded-for': client }));
    await settled();
    expect(why()).toEqual(['maxHandshakesPerAddress']);
  });

  test('a malformed Forwarded is refused with 400', () => {
    const { decide, why } = anAdmission({ trustProxy: { from: 1, header: 'forwarded' } });
    expect(decide(throughProxy({ forwarded: 'for="203.0.113.7' })).answer?.status).toBe(400);
    expect(why()).toEqual(['handshake']);
  });

  test('what a stranger says who is no proxy means nothing', () => {
    const { decide, why } = anAdmission({ trustProxy: ['10.0.0.1'] });
    const fields = {
      origin: 'https://app.internal:8080',
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-host': 'evil.example',
    };
    expect(decide(throughProxy(fields, '192.0.2.1')).answer).toBeUndefined();
    expect(why()).toEqual([]);
  });
});

describe('an upgrade that was passed by hand with a grant', () => {
  const aRequest = () => ({ headers: {} }) as IncomingMessage;

  test('is granted that, and `authenticate` is not called', async () => {
    const { admission, accepted, decide } = anAdmission({
      authenticate: () => {
        throw new Error('was called');
      },
    });
    const raw = aRequest();
    admission.handedIn(raw, Promise.resolve({ data: 'ann' }));
    decide(new FakeUpgrade({ raw }));
    await settled();
    expect(accepted).toEqual(['ann']);
  });

  test('is refused by that', async () => {
    const { admission, accepted, decide } = anAdmission();
    const raw = aRequest();
    admission.handedIn(raw, refuse(403));
    const upgrade = decide(new FakeUpgrade({ raw }));
    await settled();
    expect([accepted, upgrade.answer?.status]).toEqual([[], 403]);
  });

  test('is answered with 503 if its promise rejects', async () => {
    const error = new Error('the session store is down');
    const { admission, accepted, decide, refused } = anAdmission();
    const raw = aRequest();
    admission.handedIn(raw, Promise.reject(error));
    const upgrade = decide(new FakeUpgrade({ raw }));
    await settled();
    expect([accepted, upgrade.answer?.status]).toEqual([[], 503]);
    expect(refused()).toEqual([expect.objectContaining({ why: 'authenticate', error })]);
  });

  test('does not end the process if its promise rejects after another check has failed', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const { admission, decide, why } = anAdmission({ path: '/here' });
    const raw = aRequest();
    admission.handedIn(raw, Promise.reject(new Error('the session store is down')));
    expect(decide(new FakeUpgrade({ url: '/there', raw })).answer?.status).toBe(404);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect([why(), unhandled]).toEqual([['path'], []]);
  });

  test('is the only one that it holds for', async () => {
    const { admission, accepted, decide } = anAdmission({ authenticate: () => ({ data: 'asked' }) });
    admission.handedIn(aRequest(), { data: 'ann' });
    decide(new FakeUpgrade({ raw: aRequest() }));
    await settled();
    expect(accepted).toEqual(['asked']);
  });
});
