/** docs/events.md says where each limit shows when it strikes; here each of them does. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Clock } from '../../src/supervisor/api/clock.js';
import type { Connection } from '../../src/supervisor/api/connection.js';
import type { SupervisorEvent } from '../../src/supervisor/api/events.js';
import type { Handler } from '../../src/supervisor/api/handler.js';
import type { Limits } from '../../src/supervisor/api/limits.js';
import type { ListenOptions } from '../../src/supervisor/api/listener.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { DEFAULT_LIMITS } from '../../src/supervisor/options/options.js';
import { deferred } from '../../src/supervisor/time/deferred.js';
import { createHeapClock, type HeapClock } from '../../src/testing/heap-clock.js';
import { BytePeer, ByteServer, requestBytes } from '../support/byte-peer.js';
import { eventually } from '../support/eventually.js';
import { OP } from '../support/frame-bytes.js';

/** Limits that end and refuse nothing: they say when a sender or a peer is asked to wait, and what is done then. */
const ASKING = ['highWaterMark', 'readAheadBytes', 'slowPeer'] as const;

type Striking = Exclude<keyof Limits, (typeof ASKING)[number]> | 'hosts';

const KIB_64 = 64 * 1024;
const never = () => new Promise<never>(() => {});
const idle: Handler<unknown> = (connection) => connection.closed;

/** A supervisor with few rights, and strangers who go beyond them. */
interface Stage {
  readonly supervisor: ReturnType<typeof createSupervisor>;
  readonly clock: HeapClock;
  /** Starts a listener; returns how to make an opening handshake with it. */
  listen(options?: Partial<ListenOptions<unknown>>): Promise<() => BytePeer>;
  /** Dials a server whose answers the test gives. */
  dial(ready?: 'handler'): Promise<ByteServer>;
  /** A peer whose connection is open. */
  open(handler?: Handler<unknown>): Promise<BytePeer>;
  isOpen(): Promise<void>;
}

type Strike = readonly [
  limits: Partial<Limits>,
  strike: (stage: Stage) => Promise<void>,
  clockOf?: (clock: HeapClock) => Clock,
];

/** How each limit is made to strike. */
const STRIKES: Readonly<Record<Striking, Strike>> = {
  maxConnections: [{ maxConnections: 1 }, (stage) => twoKnock(stage)],
  maxConnectionsPerAddress: [{ maxConnectionsPerAddress: 1 }, (stage) => twoKnock(stage, { trustProxy: 0 })],
  maxConnectionsPerIdentity: [
    { maxConnectionsPerIdentity: 1 },
    (stage) => twoKnock(stage, { authenticate: () => ({ data: 0, identity: 'somebody' }) }),
  ],
  maxHandshakes: [{ maxHandshakes: 1 }, (stage) => twoAsk(stage)],
  maxHandshakesPerAddress: [{ maxHandshakesPerAddress: 1 }, (stage) => twoAsk(stage)],
  authenticateWithinMs: [
    { authenticateWithinMs: 100 },
    async (stage) => {
      (await stage.listen({ authenticate: never }))();
      await eventually(() => stage.supervisor.stats().handshakesInFlight === 1, 'the handshake');
      stage.clock.advance(200);
    },
  ],
  // It is known after five looks at the loop, four in a second, while there is a connection.
  maxLagMs: [
    { maxLagMs: 30 },
    async (stage) => {
      const knock = await stage.listen();
      knock();
      await stage.isOpen();
      for (let look = 0; look < 10; look += 1) stage.clock.advance(300);
      knock();
    },
    lateClock,
  ],
  maxMemoryShare: [{ maxMemoryShare: 1e-9 }, async (stage) => void (await stage.listen())()],
  hosts: [{}, async (stage) => void (await stage.listen({ hosts: ['app.example'] }))()],
  maxMessagesPerSecond: [{ maxMessagesPerSecond: 2 }, (stage) => sent(stage, 'a', 'b', 'c')],
  maxBytesPerSecond: [{ maxBytesPerSecond: 1_000 }, (stage) => sent(stage, 'a'.repeat(2_000), 'b')],
  throttledWithinMs: [
    { maxMessagesPerSecond: 10, throttledWithinMs: 1_500, closeWithinMs: 100 },
    async (stage) => {
      await sent(stage, ...Array.from({ length: 1_000 }, () => 'a'));
      for (let second = 0; second < 3; second += 1) {
        await eventually(() => stage.supervisor.stats().throttled > second, 'the throttle');
        stage.clock.advance(1_100);
      }
      await passing(stage, 100);
    },
  ],
  frameWithinMs: [
    { frameWithinMs: 1_000, closeWithinMs: 100 },
    async (stage) => {
      const peer = await stage.open();
      peer.socket.write(peer.framed({ opcode: OP.text, payload: 'the beginning' }).subarray(0, 10));
      await passing(stage, 500);
    },
  ],
  maxPayloadBytes: [
    { maxPayloadBytes: 10 },
    async (stage) => {
      const peer = await stage.open();
      peer.send({ opcode: OP.text, payload: 'eleven bytes' });
      await over(peer);
    },
  ],
  maxFragments: [
    { maxFragments: 1 },
    async (stage) => {
      const peer = await stage.open();
      peer.send({ opcode: OP.text, fin: false }, { opcode: OP.continuation, payload: 'two' });
      await over(peer);
    },
  ],
  maxTotalBufferedBytes: [
    { maxTotalBufferedBytes: KIB_64, closeWithinMs: 100 },
    async (stage) => {
      await flooded(stage);
      await passing(stage, 500);
    },
  ],
  maxBufferedBytes: [
    { maxBufferedBytes: KIB_64, closeWithinMs: 100 },
    async (stage) => {
      await flooded(stage);
      await passing(stage, 500);
    },
  ],
  pausedWithinMs: [
    { pausedWithinMs: 1_000, readAheadBytes: 1, closeWithinMs: 100 },
    async (stage) => {
      const peer = await stage.open(async (connection) => {
        await connection.receive();
        return never();
      });
      peer.send(...Array.from({ length: 100 }, () => ({ opcode: OP.text, payload: 'unread' })));
      await eventually(() => stage.supervisor.stats().framesIn > 1, 'the messages');
      await passing(stage, 500);
    },
  ],
  idleWithinMs: [{ idleWithinMs: 1_000, closeWithinMs: 100 }, silent],
  quietWithinMs: [{ quietWithinMs: 1_000, closeWithinMs: 100 }, silent],
  closeWithinMs: [
    { closeWithinMs: 1_000 },
    async (stage) => {
      await stage.open(() => ({ code: 4_001 }));
      await passing(stage, 500);
    },
  ],
  openWithinMs: [
    { openWithinMs: 1_000 },
    async (stage) => {
      await (await stage.dial()).nextClient();
      stage.clock.advance(1_100);
    },
  ],
  readyWithinMs: [
    { readyWithinMs: 1_000, closeWithinMs: 100 },
    async (stage) => {
      await (await stage.dial('handler')).nextPeer();
      await stage.isOpen();
      await passing(stage, 500);
    },
  ],
};

/** Two clients come, one after the other. */
async function twoKnock(stage: Stage, options: Partial<ListenOptions<unknown>> = {}): Promise<void> {
  const knock = await stage.listen(options);
  await knock().readHead();
  knock();
}

/** Two clients come, and both have to wait for `authenticate`. */
async function twoAsk(stage: Stage): Promise<void> {
  const knock = await stage.listen({ authenticate: never });
  knock();
  await eventually(() => stage.supervisor.stats().handshakesInFlight === 1, 'the first handshake');
  knock();
}

/** Sends texts in one write. */
async function sent(stage: Stage, ...texts: readonly string[]): Promise<void> {
  (await stage.open()).send(...texts.map((payload) => ({ opcode: OP.text, payload })));
}

async function silent(stage: Stage): Promise<void> {
  await stage.open();
  await passing(stage, 500);
}

/** Ends TCP when our Close has come, as a peer that is told so does. */
async function over(peer: BytePeer): Promise<void> {
  await peer.closed();
  peer.socket.end();
}

/** Sends more than the kernel takes to a peer that does not read. */
async function flooded(stage: Stage): Promise<void> {
  const opened = deferred<Connection<unknown>>();
  const peer = await stage.open((connection) => {
    opened.resolve(connection);
    return connection.closed;
  });
  peer.socket.pause();
  const connection = await opened.promise;
  for (let i = 0; i < 32; i += 1) connection.send(Buffer.alloc(1024 * 1024));
}

/** Lets time pass until a connection has ended, a step at a time. */
async function passing(stage: Stage, stepMs: number): Promise<void> {
  await eventually(() => {
    stage.clock.advance(stepMs);
    return stage.supervisor.stats().endedTotal > 0;
  }, 'the end of the connection');
}

/** A clock whose timers are late by 50 ms, as they are in a process that has too much to do. */
function lateClock(clock: HeapClock): Clock {
  return {
    now: () => clock.now(),
    wallNow: () => clock.wallNow(),
    setTimeout: (fn, ms) => clock.setTimeout(fn, ms + 50),
    clearTimeout: (timer) => clock.clearTimeout(timer),
    busyMs: () => 0,
  };
}

/** A row of the table in docs/events.md. */
interface Row {
  readonly limit: string;
  readonly type: string;
  readonly field: readonly string[];
  readonly value: string;
  readonly counter: string;
}

const guide = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8');
const rows: readonly Row[] = [
  ...guide.matchAll(/^\| `(\w+)` \| `([\w.]+)` \| `([\w.]+): '([\w-]+)'` \| `([\w.-]+)` \|$/gm),
].map(([, limit = '', type = '', field = '', value = '', counter = '']) => ({
  ...{ limit, type, value, field: field.split('.'), counter },
}));

/** What is found by a path of properties. */
const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((object, key) => (object as Readonly<Record<string, unknown>> | undefined)?.[key], value);

test('every limit that strikes has its row', () => {
  expect(rows.map(({ limit }) => limit).sort()).toEqual(Object.keys(STRIKES).sort());
  expect(Object.keys({ ...DEFAULT_LIMITS, hosts: 0 }).sort()).toEqual([...Object.keys(STRIKES), ...ASKING].sort());
});

test.each(rows)('$limit shows in $type and in stats().$counter', async ({ limit, type, field, value, counter }) => {
  const clock = createHeapClock();
  const [limits, strike, clockOf = () => clock] = STRIKES[limit as Striking];
  const supervisor = createSupervisor({ clock: clockOf(clock), limits, liveness: false });
  const resources: AsyncDisposable[] = [];
  const events: SupervisorEvent[] = [];
  supervisor.events$.subscribe((event) => events.push(event));
  const stage: Stage = {
    supervisor,
    clock,
    async listen(options = {}) {
      const listener = await supervisor.listen<unknown>({ port: 0, host: '127.0.0.1', handler: idle, ...options });
      const port = listener.address?.port ?? 0;
      return () => {
        const peer = BytePeer.connect(port, requestBytes());
        resources.push(peer);
        return peer;
      };
    },
    async dial(ready) {
      const server = await ByteServer.listen();
      resources.push(server);
      supervisor.dial({ url: server.url, retry: () => 'stop', ready, handler: never });
      return server;
    },
    async open(handler = idle) {
      const peer = (await stage.listen({ handler }))();
      await peer.readHead();
      return peer;
    },
    isOpen: () => eventually(() => supervisor.stats().connections.open > 0, 'an open connection'),
  };
  try {
    await strike(stage);
    await eventually(() => events.some((event) => event.type === type && at(event, field) === value), 'the event');
    expect(at(supervisor.stats(), counter.split('.'))).toBeGreaterThan(0);
  } finally {
    for (const resource of resources) await resource[Symbol.asyncDispose]();
    await supervisor.terminate();
  }
});
