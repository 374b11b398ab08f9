/**
 * Every public option and parameter is given what it is not meant for. It works, or it is refused at the call by an
 * error of ours that names the option; nothing else is ever thrown, also not while a message shows the value.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  broadcast,
  ChildError,
  type Connection,
  connect,
  createSupervisor,
  type Dialer,
  Group,
  limitRetries,
  OptionError,
  reconnectDelayOf,
  rotateUrls,
  type Supervisor,
  sharedCredentials,
  withReconnectDelay,
} from '../../src/index.js';
import { actorHandler } from '../../src/machines/index.js';
import { createHeapClock, createMemoryTransport } from '../../src/testing/index.js';
import { createWsTransport } from '../../src/transport/index.js';
import { fail, revoked, throwing } from '../support/hostile.js';

const ODD: Readonly<Record<string, unknown>> = {
  NaN: Number.NaN,
  '-1': -1,
  Infinity: Number.POSITIVE_INFINITY,
  "'5'": '5',
  "''": '',
  '5n': 5n,
  'a Symbol': Symbol('odd'),
  null: null,
  true: true,
  '{}': {},
  '[]': [],
  'a list': [undefined, 1],
  'a proxy': new Proxy({}, {}),
  'a proxy that throws': new Proxy({}, { get: fail, ownKeys: fail, has: fail, getPrototypeOf: fail }),
  'a proxy that was revoked': revoked(),
  'an object that throws as a text': { [Symbol.toPrimitive]: fail, toString: fail, toJSON: fail },
  'a throwing getter': throwing('signal'),
  'an object without a prototype': Object.create(null),
  'a function': () => 5,
  'a function that throws': fail,
  'a Date that is none': new Date(Number.NaN),
};

const handler = (connection: Connection) => connection.closed;

interface Scene {
  readonly clock: ReturnType<typeof createHeapClock>;
  readonly supervisor: Supervisor;
  readonly dialer: Dialer;
  readonly connection: Connection;
}

let scene: Scene;

beforeAll(async () => {
  const clock = createHeapClock();
  const transport = createMemoryTransport(clock);
  const supervisor = createSupervisor({ clock, transport });
  await supervisor.listen({ port: 7001, handler });
  const dialer = supervisor.dial({ url: 'ws://memory:7001/', handler });
  scene = { clock, supervisor, dialer, connection: await dialer.connected() };
});

afterAll(async () => {
  await scene.supervisor.stop();
});

/** What is called with an odd value. */
type Call = (value: never) => unknown;

const option =
  (call: (options: never) => unknown, key: string, others: () => object): Call =>
  (value) =>
    call({ ...others(), [key]: value } as never);

/** Calls, each made once with every odd value of each of its options. */
function optionsOf(
  what: string,
  call: (options: never) => unknown,
  keys: readonly string[],
  others: () => object,
): [string, string, Call][] {
  return keys.map((key) => [`${what}: ${key}`, key.split('.').at(-1) ?? key, nested(call, key, others)]);
}

function nested(call: (options: never) => unknown, path: string, others: () => object): Call {
  const [key = '', inner] = path.split('.');
  return inner === undefined
    ? option(call, key, others)
    : (value) => call({ ...others(), [key]: { [inner]: value } } as never);
}

/** A supervisor of its own for what starts something, ended at once. */
async function own(act: (supervisor: Supervisor) => unknown): Promise<void> {
  const clock = createHeapClock();
  const supervisor = createSupervisor({ clock, transport: createMemoryTransport(clock), liveness: false });
  try {
    await act(supervisor);
  } finally {
    const gone = supervisor.stop();
    await supervisor.stop();
    await gone;
  }
}

/** A server to connect to, on a supervisor of its own that connects as well. */
function connectTo(act: (url: string, options: { readonly supervisor: Supervisor }) => unknown): Promise<void> {
  return own(async (supervisor) => {
    await supervisor.listen({ port: 7002, handler });
    await act('ws://memory:7002/', { supervisor });
  });
}

/** A connection of its own, and what is waited for on it until it is refused or the connection ends. */
function connected(wait: (connection: Connection, dialer: Dialer) => unknown): Promise<void> {
  return own(async (supervisor) => {
    await supervisor.listen({ port: 7001, handler });
    const dialer = supervisor.dial({ url: 'ws://memory:7001/', handler });
    const connection = await dialer.connected();
    const waited = wait(connection, dialer);
    connection.terminate();
    await waited;
  });
}

const LIMITS = [
  'maxConnections',
  'maxTotalBufferedBytes',
  'maxConnectionsPerAddress',
  'maxConnectionsPerIdentity',
  'maxLagMs',
  'maxMemoryShare',
  'maxHandshakes',
  'maxPayloadBytes',
  'maxFragments',
  'frameWithinMs',
  'maxMessagesPerSecond',
  'maxBytesPerSecond',
  'throttledWithinMs',
  'openWithinMs',
  'readyWithinMs',
  'authenticateWithinMs',
  'closeWithinMs',
  'idleWithinMs',
  'pausedWithinMs',
  'readAheadBytes',
  'highWaterMark',
  'maxBufferedBytes',
  'slowPeer',
].map((key) => `limits.${key}`);

const CHILD = ['id', 'restart', 'shutdown'];
const LIVENESS = ['liveness', 'liveness.pingEveryMs', 'liveness.answerWithinMs'];
const SUPERVISOR = [
  'name',
  'strategy',
  'intensity',
  'intensity.maxRestarts',
  'intensity.withinMs',
  'limits',
  ...LIMITS,
  ...LIVENESS,
];
const DIAL_LIMITER = ['dialLimiter', 'dialLimiter.inFlight', 'dialLimiter.perSecond', 'dialLimiter.windows'];
const DEFLATE = ['perMessageDeflate', 'perMessageDeflate.threshold', 'perMessageDeflate.level'];
const BACKOFF = [
  'backoff',
  ...['initialMs', 'maxMs', 'factor', 'stableAfterMs', 'firstWithinMs'].map((key) => `backoff.${key}`),
];
const TLS = [
  'tls',
  ...['ca', 'cert', 'key', 'pfx', 'passphrase', 'minVersion', 'rejectUnauthorized', 'servername'].map(
    (key) => `tls.${key}`,
  ),
  'tls.checkServerIdentity',
];
const ROUTE = [
  'proxy',
  'agent',
  'redirects',
  'tcp',
  ...['lookup', 'family', 'localAddress', 'autoSelectFamilyAttemptTimeoutMs'].map((key) => `tcp.${key}`),
];
const DRAIN = [
  'notReadyFirstMs',
  'finishFirstMs',
  'spreadMs',
  'withinMs',
  'adviseReconnectMs',
  'code',
  'reason',
  'where',
  'share',
  'signal',
];

const CALLS: [what: string, names: string, call: Call][] = [
  ['createSupervisor', 'createSupervisor', (value) => createSupervisor(value).stop()],
  ...optionsOf(
    'createSupervisor',
    (options) => createSupervisor(options).stop(),
    [...SUPERVISOR, ...DIAL_LIMITER, 'clock', 'random', 'transport', 'signal', 'keepAlive'],
    () => ({}),
  ),
  ['dial', 'dial', (value) => own((supervisor) => supervisor.dial(value))],
  ...optionsOf(
    'dial',
    (options) => own((supervisor) => supervisor.dial(options)),
    [
      ...CHILD,
      'url',
      'headers',
      'headers.x-a',
      'protocols',
      'maxAgeMs',
      'retry',
      'handler',
      'limits',
      ...LIMITS,
      ...LIVENESS,
      ...DEFLATE,
      ...BACKOFF,
      ...TLS,
      ...ROUTE,
      'ready',
    ],
    () => ({ url: 'ws://memory:7001/', handler }),
  ),
  [
    'dial: protocols[0]',
    'protocols',
    (value) => own((supervisor) => supervisor.dial({ url: 'ws://memory:7001/', handler, protocols: [value] })),
  ],
  [
    'dial: headers[0]',
    'headers',
    (value) => own((supervisor) => supervisor.dial({ url: 'ws://memory:7001/', handler, headers: [value] as never })),
  ],
  ['connect: url', 'url', (value) => connectTo((_url, options) => connect(value, options))],
  ...optionsOf(
    'connect',
    (options) => connectTo((url, { supervisor }) => connect(url, { supervisor, ...(options as object) })),
    ['headers.x-a', 'limits', 'liveness', 'perMessageDeflate', 'tls.ca', 'signal', ...ROUTE],
    () => ({}),
  ),
  ...(['tls', 'protocols'] as const).map((key): [string, string, Call] => [
    `connect: ${key}`,
    key,
    // A function is asked when it dials.
    (value) =>
      typeof value === 'function'
        ? undefined
        : connectTo((url, { supervisor }) => connect(url, { supervisor, [key]: value })),
  ]),
  [
    'connect: supervisor',
    'supervisor',
    (value) => connectTo((url) => (value === undefined ? undefined : connect(url, { supervisor: value }))),
  ],
  ['listen', 'listen', (value) => own((supervisor) => supervisor.listen(value))],
  ...optionsOf(
    'listen',
    (options) => own((supervisor) => supervisor.listen(options)),
    [
      ...CHILD,
      'path',
      'hosts',
      'trustProxy',
      'trustProxy.from',
      'trustProxy.header',
      'unmatched',
      'origins',
      'protocols',
      'authenticate',
      'handler',
      'limits',
      ...LIMITS,
      ...LIVENESS,
      ...DEFLATE,
    ],
    () => ({ handler }),
  ),
  ...optionsOf(
    'listen',
    (options) => own((supervisor) => supervisor.listen(options)),
    ['port', 'host'],
    () => ({ port: 7001, handler }),
  ),
  ...['path', 'hosts', 'origins', 'protocols'].map((key): [string, string, Call] => [
    `listen: ${key}[0]`,
    key,
    (value) => own((supervisor) => supervisor.listen({ handler, [key]: [value] })),
  ]),
  ['accept', 'accept', (value) => own((supervisor) => supervisor.accept(value).stop())],
  ...optionsOf(
    'accept',
    (options) => own((supervisor) => supervisor.accept(options).stop()),
    [...CHILD, 'path', 'hosts', 'trustProxy', 'origins', 'protocols', 'authenticate', 'handler', 'limits', ...LIVENESS],
    () => ({ handler }),
  ),
  ['supervise', 'supervise', (value) => own((supervisor) => supervisor.supervise(value))],
  ...optionsOf(
    'supervise',
    (options) => own((supervisor) => supervisor.supervise(options)),
    [...CHILD, ...SUPERVISOR, ...DIAL_LIMITER, 'children', 'signal'],
    () => ({}),
  ),
  ['supervise: children[0]', 'children', (value) => own((supervisor) => supervisor.supervise({ children: [value] }))],
  ['startChild', 'startChild', (value) => own((supervisor) => supervisor.startChild(value))],
  ...optionsOf(
    'startChild',
    (spec) => own((supervisor) => supervisor.startChild(spec)),
    [...CHILD],
    () => ({
      start: () => ({
        handle: { kind: 'worker' },
        exited: Promise.resolve({ reason: 'normal' }),
        shutDown() {},
        terminate() {},
      }),
    }),
  ),
  [
    'startChild: start',
    'start',
    (value) => own((supervisor) => (typeof value === 'function' ? undefined : supervisor.startChild({ start: value }))),
  ],
  ['drain', 'drain', (value) => own((supervisor) => supervisor.drain(value))],
  ...optionsOf(
    'drain',
    (options) => own((supervisor) => supervisor.drain(options)),
    DRAIN,
    () => ({}),
  ),
  ['stop', 'stop', (value) => own((supervisor) => supervisor.stop(value))],
  ...optionsOf(
    'stop',
    (options) => own((supervisor) => supervisor.stop(options)),
    ['code', 'reason'],
    () => ({}),
  ),
  ['sharedCredentials: fetchToken', 'fetchToken', (value) => sharedCredentials(value, { reuseMs: 1 })],
  ['sharedCredentials', 'sharedCredentials', (value) => sharedCredentials(() => 1, value)],
  ...optionsOf(
    'sharedCredentials',
    (options) => sharedCredentials(() => 1, options),
    ['reuseMs', 'clock'],
    () => ({ reuseMs: 1 }),
  ),
  ['rotateUrls', 'rotateUrls', (value) => rotateUrls(value)],
  ['rotateUrls: urls[0]', 'rotateUrls', (value) => rotateUrls([value])],
  ['limitRetries: retry', 'retry', (value) => limitRetries(value, {})],
  ['limitRetries', 'limitRetries', (value) => limitRetries(() => 'retry', value)],
  ...optionsOf(
    'limitRetries',
    (options) => limitRetries(() => 'retry', options),
    ['attempts', 'withinMs'],
    () => ({}),
  ),
  ['createWsTransport', 'createWsTransport', (value) => createWsTransport(value)],
  ...optionsOf(
    'createWsTransport',
    (options) => createWsTransport(options),
    ['now', 'wallNow'],
    () => ({}),
  ),
  ['connected', 'connected', (value) => scene.dialer.connected(value)],
  ...optionsOf(
    'connected',
    (options) => scene.dialer.connected(options),
    ['signal', 'withinMs'],
    () => ({}),
  ),
  ['redial', 'redial', (value) => connected((_connection, dialer) => dialer.redial(value))],
  ...optionsOf(
    'redial',
    (options) => connected((_connection, dialer) => dialer.redial(options)),
    ['overlap', 'url'],
    () => ({}),
  ),
  [
    'stop of a dialer',
    'stop',
    (value) => own((supervisor) => supervisor.dial({ url: 'ws://memory:7001/' }).stop(value)),
  ],
  ['sendAndWait', 'sendAndWait', (value) => scene.connection.sendAndWait('x', value)],
  ...optionsOf(
    'sendAndWait',
    (options) => scene.connection.sendAndWait('x', options),
    ['signal', 'withinMs'],
    () => ({}),
  ),
  ['receive', 'receive', (value) => connected((connection) => connection.receive(value))],
  ...optionsOf(
    'receive',
    (options) => connected((connection) => connection.receive(options)),
    ['signal', 'withinMs'],
    () => ({}),
  ),
  ['writable', 'writable', (value) => scene.connection.writable(value)],
  ...optionsOf(
    'writable',
    (options) => scene.connection.writable(options),
    ['signal', 'withinMs'],
    () => ({}),
  ),
  ['ping', 'ping', (value) => scene.connection.ping(value)],
  ...optionsOf(
    'ping',
    (options) => scene.connection.ping(options),
    ['signal', 'withinMs', 'payload'],
    () => ({}),
  ),
  ['pong', 'pong', (value) => scene.connection.pong(value)],
  ['close: reason of 1005', 'close', (value) => (value === '' ? undefined : scene.connection.close(1005, value))],
  ['broadcast: receivers', 'broadcast', (value) => broadcast(value, 'x')],
  ['broadcast: options', 'broadcast', (value) => broadcast([], 'x', value)],
  ['Group.has', 'has', (value) => new Group().has(value)],
  ['Group.delete', 'delete', (value) => new Group().delete(value)],
  ['close: code', 'close', (value) => (typeof value === 'number' ? undefined : scene.connection.close(value))],
  ['close: reason', 'close', (value) => (typeof value === 'string' ? undefined : scene.connection.close(1000, value))],
  ['terminateChild', 'id', (value) => own((supervisor) => supervisor.terminateChild(value))],
  ['restartChild', 'id', (value) => own((supervisor) => supervisor.restartChild(value))],
  ['deleteChild', 'id', (value) => own((supervisor) => supervisor.deleteChild(value))],
  ['child', 'id', (value) => scene.supervisor.child(value)],
  ['reconnectDelayOf', 'reconnectDelayOf', (value) => reconnectDelayOf(value)],
  ['withReconnectDelay: reason', 'withReconnectDelay', (value) => withReconnectDelay(value, 1)],
  ['withReconnectDelay: ms', 'withReconnectDelay', (value) => withReconnectDelay('', value)],
  ['actorHandler: options', 'actorHandler', (value) => actorHandler({} as never, value)],
  [
    'actorHandler: frame',
    'frame',
    (value) => actorHandler({} as never, { input: () => undefined, frame: value } as never),
  ],
  ['actorHandler: input', 'input', (value) => actorHandler({} as never, { input: value } as never)],
];

describe.each(CALLS)('%s', (_what, names, call) => {
  test.each(Object.keys(ODD))('given %s works, or says what is allowed', async (what) => {
    let thrown: unknown;
    try {
      await call(ODD[what] as never);
      return;
    } catch (error) {
      thrown = error;
    }
    if (!(thrown instanceof OptionError) && !(thrown instanceof RangeError) && !(thrown instanceof ChildError))
      throw new Error('something else was thrown', { cause: thrown });
    expect(thrown.message).toContain(names);
    expect(thrown.message).toMatch(/^[^\n]+\.$/);
    if (thrown instanceof OptionError) {
      expect(thrown.option).toMatch(/./);
      expect(thrown.message).toContain(thrown.option);
    }
  });
});
