/** Every way in which a connection can end, at random, replays to the identical report. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Connection, createSupervisor, type HandlerResult, type Supervisor } from '../../src/index.js';
import { ENDED_BY, TRIGGERS } from '../../src/inspect/recorder/event-checks.js';
import { createHeapClock, type HeapClock } from '../../src/testing/heap-clock.js';
import { createMemoryTransport } from '../../src/testing/memory-transport.js';
import { BytePeer } from '../support/byte-peer.js';
import { eventually } from '../support/eventually.js';
import { FakeTransport } from '../support/fake-transport.js';
import { Replays } from '../support/replayed.js';
import { seed } from '../support/seed.js';
import { memoryStage } from './memory-stage.js';
import { PEER_LIMITS, type Peer, type Role, type Stage } from './peer.js';
import { socketStage } from './socket-stage.js';

process.stdout.write(`replayed endings: WIREKEEPER_SEED=${seed}\n`);

const ENDINGS = 1_000;

/** One connection, in one role, beside a peer that does nothing by itself, on a clock that stands still. */
interface Scene {
  readonly supervisor: Supervisor;
  readonly clock: HeapClock;
  readonly peer: Peer;
  /** `undefined` before there is one. */
  readonly connection: () => Connection<unknown> | undefined;
  readonly return: (result: HandlerResult) => void;
  readonly throw: (error: unknown) => void;
}

type Act = (scene: Scene, pick: number) => void;

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
};

const THROWN: readonly unknown[] = [
  new TypeError('a bug', { cause: new Error('behind it', { cause: 'a text' }) }),
  new AggregateError([new Error('one'), 'two'], 'several'),
  Object.assign(new Error('of the system'), { code: 'ENOENT', errno: -2, syscall: 'open' }),
  'a text',
  null,
  7,
  Number.NaN,
  { name: 'an object', list: [1, { two: 2 }] },
  new Date(0),
  Symbol('one'),
];

const REASONS = ['', 'bye', 'idle', 'restarting; retry-after-ms=5000', 'drei Männer'];
const of = <T>(list: readonly T[], pick: number): T => list[pick % list.length] as T;

/** What ends a dial. */
const BEFORE_OPEN: readonly Act[] = [
  ({ peer }) => peer.end('refused'),
  ({ peer }) => peer.end('dial-failed'),
  ({ connection }) => connection()?.close(),
  ({ connection }) => connection()?.terminate(),
  ({ clock }) => clock.advance(2_000),
  ({ supervisor }) => void supervisor.stop(),
];

/** What begins the end of an open connection. */
const BEGINNINGS: readonly Act[] = [
  ({ connection }, pick) => connection()?.close(of([1000, 4001, 1011], pick), of(REASONS, pick)),
  (scene, pick) => scene.return({ code: of([1000, 4002], pick), reason: of(REASONS, pick) }),
  (scene, pick) => scene.throw(of(THROWN, pick)),
  ({ peer }, pick) => peer.close({ code: of([1000, 1012, 4003], pick), reason: of(REASONS, pick) }),
  ({ peer }) => peer.fail('protocol-error'),
  ({ peer }) => peer.fail('too-big'),
  ({ peer }) => peer.fail('limit'),
  ({ peer }) => peer.fail('socket-ended'),
  ({ peer }) => peer.end('socket-error'),
  ({ clock }) => clock.advance(20_000),
  ({ clock }) => clock.advance(9_000),
  ({ connection, clock }) => {
    connection()?.renew(clock.wallNow() + 1_000);
    clock.advance(2_000);
  },
  ({ connection }) => {
    for (let i = 0; i < 10_000 && connection()?.send('x'.repeat(10_000)) !== 'dropped'; i++);
  },
  ({ connection }) => connection()?.terminate(),
  ({ supervisor }) => void drained(supervisor),
  ({ supervisor }) => void supervisor.stop(),
];

/** What may happen to a connection that is closing. */
const CUTS: readonly Act[] = [
  () => {},
  ({ clock }) => clock.advance(5_000),
  ({ clock }) => clock.advance(100_000),
  ({ peer }) => peer.fail('protocol-error'),
  ({ peer }) => peer.fail('too-big'),
  ({ peer }) => peer.fail('limit'),
  ({ peer }) => peer.fail('socket-ended'),
  ({ peer }) => peer.end('socket-error'),
  ({ peer }, pick) => peer.close({ code: of([1000, 4004], pick), reason: of(REASONS, pick) }),
  (scene, pick) => scene.throw(of(THROWN, pick)),
  ({ connection }) => connection()?.terminate(),
  ({ supervisor, clock }) => {
    void drained(supervisor);
    clock.advance(600);
  },
  ({ supervisor }) => void supervisor.terminate(),
];

const drained = (supervisor: Supervisor) =>
  supervisor
    .drain({ notReadyFirstMs: 0, finishFirstMs: 0, spreadMs: 0, withinMs: 500, reason: 'restarting' })
    .catch(() => undefined);

/** Plays one scene to its end, and replays it. */
async function play(stage: Stage, role: Role, acts: readonly Act[], picks: readonly number[], replays: Replays) {
  const clock = createHeapClock();
  const { transport, begin } = stage(clock);
  const [first = 0] = picks;
  const supervisor = createSupervisor({
    clock,
    transport,
    warnWhenFailed: false,
    limits: {
      ...PEER_LIMITS,
      openWithinMs: 1_000,
      closeWithinMs: of([5_000, 100_000], first),
      idleWithinMs: of([8_000, Number.POSITIVE_INFINITY], first >> 1),
      quietWithinMs: of([6_000, Number.POSITIVE_INFINITY], first >> 3),
      pausedWithinMs: 7_000,
      maxBufferedBytes: 100_000,
    },
    liveness: of([{ pingEveryMs: 10_000, answerWithinMs: 5_000 }, false] as const, first >> 2),
  });
  supervisor.events$.subscribe();
  const check = replays.of(supervisor);
  let connection: Connection<unknown> | undefined;
  let settle: Pick<Scene, 'return' | 'throw'> = { return: () => {}, throw: () => {} };
  const peer = await begin(supervisor, role, (mine) => {
    mine.discardFrames();
    return new Promise((resolve, reject) => {
      settle = { return: resolve, throw: reject };
    });
  });
  const scene: Scene = {
    supervisor,
    clock,
    peer,
    connection: () => (connection ??= [...supervisor.connections.values()][0]),
    return: (result) => settle.return(result),
    throw: (error) => settle.throw(error),
  };
  scene.connection();
  for (const [index, act] of acts.entries()) {
    act(scene, picks[index] ?? 0);
    await turns(4);
  }
  await peer[Symbol.asyncDispose]();
  settle.return(undefined);
  void supervisor.terminate();
  while (supervisor.state !== 'stopped') {
    clock.advance(100);
    await turns(1);
  }
  check();
}

/** A handler that leaves what has come unread; no peer of a stage sends so much. */
async function slowHandler(replays: Replays): Promise<void> {
  const clock = createHeapClock();
  const transport = createMemoryTransport(clock);
  const limits = { readAheadBytes: 1, pausedWithinMs: 10 };
  const supervisor = createSupervisor({ clock, transport, limits });
  const check = replays.of(supervisor);
  const listener = await supervisor.listen({ port: 0, handler: (connection) => connection.closed });
  const dialer = supervisor.dial({ url: `ws://memory:${listener.address?.port}/`, retry: () => 'stop' });
  await clock.advanceAsync(10);
  for (let i = 0; i < 3; i++) dialer.send('x'.repeat(1_000));
  await clock.advanceAsync(1_000);
  void supervisor.terminate();
  await clock.advanceAsync(10_000);
  check();
}

/** A handler that never says that it is ready. */
async function unreadyHandler(replays: Replays): Promise<void> {
  const clock = createHeapClock();
  const supervisor = createSupervisor({ clock, transport: createMemoryTransport(clock) });
  const check = replays.of(supervisor);
  const listener = await supervisor.listen({ port: 0, handler: (connection) => connection.closed });
  const url = `ws://memory:${listener.address?.port}/`;
  supervisor.dial({ url, retry: () => 'stop', ready: 'handler', handler: (connection) => connection.closed });
  await clock.advanceAsync(20_000);
  void supervisor.terminate();
  await clock.advanceAsync(10_000);
  check();
}

/** A proxy that does not connect; the network in memory has none. */
async function refusingProxy(replays: Replays): Promise<void> {
  const clock = createHeapClock();
  const transport = new FakeTransport();
  const supervisor = createSupervisor({ clock, transport });
  const check = replays.of(supervisor);
  supervisor.dial({ url: 'ws://a.test/', retry: () => 'stop' });
  await turns(4);
  const cause = new Error('the proxy http://proxy answered CONNECT with 407');
  transport.lastWire.emitClosed({ kind: 'proxy-refused', httpStatus: 407, cause });
  await turns(4);
  void supervisor.terminate();
  await turns(4);
  check();
}

/** What only floods, drips, and much memory lead to. */
async function strangers(replays: Replays): Promise<void> {
  for (const limits of [{ maxMessagesPerSecond: 2, throttledWithinMs: 500 }, { maxTotalBufferedBytes: 100_000 }]) {
    const clock = createHeapClock();
    const supervisor = createSupervisor({ clock, transport: createMemoryTransport(clock), limits });
    const check = replays.of(supervisor);
    const listener = await supervisor.listen({ port: 0, handler: (connection) => connection.closed });
    const dialer = supervisor.dial({ url: `ws://memory:${listener.address?.port}/`, retry: () => 'stop' });
    await clock.advanceAsync(10);
    for (let i = 0; i < 20; i++) dialer.send('x'.repeat(20_000));
    await clock.advanceAsync(10_000);
    void supervisor.terminate();
    await clock.advanceAsync(10_000);
    check();
  }
  const clock = createHeapClock();
  const supervisor = createSupervisor({ clock, limits: { frameWithinMs: 1_000 } });
  const check = replays.of(supervisor);
  const listener = await supervisor.listen({ port: 0, host: '127.0.0.1', handler: (connection) => connection.closed });
  await using peer = await BytePeer.open(listener.address?.port ?? 0);
  const [connection] = supervisor.connections.values();
  peer.socket.write(Buffer.of(0x81));
  await eventually(() => {
    clock.advance(100);
    return connection?.state === 'closing';
  });
  await peer[Symbol.asyncDispose]();
  await eventually(() => supervisor.connections.size === 0);
  await supervisor.terminate();
  check();
}

const opened: Act = ({ peer }) => void peer.open();

/** Some act on an open connection is in the way of another: the order is left to chance too. */
const acts = (role: Role): fc.Arbitrary<readonly Act[]> => {
  const open = fc.tuple(fc.constant(opened), fc.constantFrom(...BEGINNINGS), fc.constantFrom(...CUTS));
  const dial = fc.tuple(fc.constantFrom(...BEFORE_OPEN));
  return role === 'accepted' ? open : fc.oneof({ weight: 4, arbitrary: open }, { weight: 1, arbitrary: dial });
};

const scenes = fc
  .record({
    stage: fc.oneof(
      { weight: 9, arbitrary: fc.constant(memoryStage) },
      { weight: 1, arbitrary: fc.constant(socketStage) },
    ),
    role: fc.constantFrom<Role>('accepted', 'dialed'),
    picks: fc.array(fc.nat({ max: 1_000 }), { minLength: 3, maxLength: 3 }),
  })
  .chain(({ stage, role, picks }) => acts(role).map((chosen) => ({ stage, role, picks, chosen })));

test('1,000 random endings, in memory and over real sockets, of every trigger and cut short by everything', async () => {
  const replays = new Replays();
  await fc.assert(
    fc.asyncProperty(scenes, ({ stage, role, chosen, picks }) => play(stage, role, chosen, picks, replays)),
    { seed, numRuns: 1_200, endOnFailure: true },
  );
  await slowHandler(replays);
  await unreadyHandler(replays);
  await refusingProxy(replays);
  await strangers(replays);
  expect(replays.endings).toBeGreaterThanOrEqual(ENDINGS);
  expect([...replays.triggers.keys()].toSorted()).toEqual(TRIGGERS.toSorted());
  expect([...replays.endedBy.keys()].map(String).toSorted()).toEqual(ENDED_BY.toSorted());
}, 120_000);
