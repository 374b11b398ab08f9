/**
 * An event service that hands its clients over to another URL, as Twitch's does with `session_reconnect`: it says where,
 * goes on with the old connection meanwhile, and closes that one 30 s later if the client has not.
 */
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Connection, createSupervisor, type Dialer, type DialOptions, refuse } from '../../src/index.js';
import { createRecorder, replay } from '../../src/inspect/index.js';
import type { Clock } from '../../src/supervisor/api/clock.js';
import { createHeapClock } from '../../src/testing/heap-clock.js';
import { createMemoryTransport } from '../../src/testing/memory-transport.js';
import type { Transport } from '../../src/transport/transport.js';
import { createWsTransport } from '../../src/transport/ws/transport.js';
import { eventually } from '../support/eventually.js';

const GRACE_MS = 30_000;

interface Message {
  readonly type: 'session_welcome' | 'session_reconnect' | 'notification';
  readonly isResumed?: boolean;
  readonly url?: string;
  readonly number?: number;
}

/** The service. It counts its notifications over both connections of a session. */
async function theService(clock: Clock, transport: Transport) {
  const supervisor = createSupervisor({ name: 'service', clock, transport, liveness: false });
  onTestFinished(() => supervisor.terminate().then(() => {}));
  const sessions: Connection<unknown>[] = [];
  const door = { isShut: false };
  let sent = 0;
  const say = (connection: Connection<unknown>, message: Message) => connection.send(JSON.stringify(message));
  const listener = await supervisor.listen({
    port: 0,
    host: '127.0.0.1',
    path: '/*',
    authenticate: ({ path }) => (door.isShut && path === '/resume' ? refuse(503) : { data: undefined }),
    handler: async (connection) => {
      const isResumed = connection.request.path === '/resume';
      say(connection, { type: 'session_welcome', isResumed });
      // A resumed session has its subscriptions.
      if (!isResumed && (await connection.receive())?.text() !== 'subscribe') return { code: 4003 };
      sessions.push(connection);
      return connection.closed;
    },
  });
  const url = `ws://127.0.0.1:${listener.address?.port}`;
  return {
    url: `${url}/events`,
    resumeUrl: `${url}/resume?token=1`,
    door,
    sessions,
    /** Tells each session's connection the next notification, as long as it is open. */
    notify() {
      for (const connection of sessions) {
        sent += 1;
        say(connection, { type: 'notification', number: sent });
      }
    },
    /** Tells the oldest open connection to go elsewhere, and closes it when the grace is over. */
    handOver() {
      const connection = sessions.find(({ state }) => state === 'open');
      if (connection === undefined) throw new Error('nobody is connected');
      say(connection, { type: 'session_reconnect', url: `${url}/resume?token=1` });
      clock.setTimeout(() => connection.close(4004, 'reconnect grace time expired'), GRACE_MS);
    },
  };
}

/** A client as its user writes it. */
function theClient(url: string, clock: Clock, transport: Transport, options: Partial<DialOptions> = {}) {
  const recorder = createRecorder();
  const supervisor = createSupervisor({ name: 'client', clock, transport, liveness: false, recorder });
  onTestFinished(() => supervisor.terminate().then(() => {}));
  const heard: (readonly [epoch: number | undefined, number: number | undefined])[] = [];
  const feed: Dialer = supervisor.dial({
    id: 'events',
    url,
    ready: 'handler',
    // Shorter than the seconds in which the test goes on, by more than the wheel is late.
    backoff: { initialMs: 800, maxMs: 800, firstWithinMs: 800 },
    handler: async (connection) => {
      for await (const frame of connection) {
        const { type, isResumed, url: next, number } = frame.json() as Message;
        if (type === 'session_welcome') {
          if (isResumed !== true) connection.send('subscribe');
          connection.ready();
        }
        if (type === 'notification') heard.push([connection.epoch, number]);
        if (type === 'session_reconnect') feed.redial({ overlap: true, url: next });
      }
      return connection.closed;
    },
    ...options,
  });
  const ups: (number | undefined)[] = [];
  const others: string[] = [];
  void (async () => {
    for await (const status of feed.status()) {
      if (status.type === 'up') ups.push(status.connection.epoch);
      else others.push(status.type);
    }
  })();
  return { supervisor, feed, heard, ups, others, recorder };
}

describe.each<readonly [string, (clock: Clock) => Transport]>([
  ['in memory', createMemoryTransport],
  ['over real sockets', ({ now, wallNow }) => createWsTransport({ now, wallNow })],
])('a service that hands over to a new URL, %s:', (_where, makeTransport) => {
  test('the client is connected all the time, hears everything once, and closes the old connection itself', async () => {
    const clock = createHeapClock();
    const transport = makeTransport(clock);
    const service = await theService(clock, transport);
    const { feed, heard, others, recorder, supervisor, ups } = theClient(service.url, clock, transport);
    await feed.connected();
    await eventually(() => service.sessions.length === 1, 'the subscription');
    service.notify();
    service.handOver();
    // The old connection serves until the new one does.
    service.notify();
    await eventually(() => feed.connection?.epoch === 2, 'the handover');
    await eventually(() => supervisor.endings.length === 1, 'the end of the old connection');
    service.notify();
    await eventually(() => heard.length >= 3, 'what the service has sent');
    expect(heard).toEqual([
      [1, 1],
      [1, 2],
      [2, expect.any(Number)],
    ]);
    expect([ups, others, feed.url]).toEqual([[1, 2], ['dialing', 'dialing'], service.resumeUrl]);
    expect(supervisor.endings).toMatchObject([{ epoch: 1, code: 1000, trigger: 'close-called', wasClean: true }]);
    await clock.advanceAsync(2 * GRACE_MS);
    expect(feed).toMatchObject({ state: 'up', connection: { epoch: 2 } });
    // A later loss leads to the usual URL, with a subscription.
    service.sessions.at(-1)?.terminate();
    await eventually(() => feed.state !== 'up', 'the loss');
    await clock.advanceAsync(2_000);
    await eventually(() => feed.connection?.epoch === 3, 'the redial');
    expect(feed.url).toBe(service.url);
    await feed.stop();
    const timeline = [...recorder.timelines()].find(({ machine }) => machine === 'dialer');
    expect(JSON.stringify(timeline)).not.toContain('token');
    expect(replay(JSON.stringify(timeline))).toMatchObject({ agrees: true, exit: 'normal' });
  });

  test('when the new URL refuses until the grace is over, the old connection is used to its end', async () => {
    const clock = createHeapClock();
    const transport = makeTransport(clock);
    const service = await theService(clock, transport);
    const { feed, heard, recorder, supervisor, ups } = theClient(service.url, clock, transport);
    await feed.connected();
    await eventually(() => service.sessions.length === 1, 'the subscription');
    service.door.isShut = true;
    service.handOver();
    for (let second = 1; second <= 29; second += 1) {
      await eventually(() => supervisor.endings.length >= second, 'a refusal');
      expect([feed.state, feed.connection?.epoch]).toEqual(['up', 1]);
      service.notify();
      await clock.advanceAsync(1_000);
    }
    await eventually(() => heard.length === 29, 'what the service has sent');
    await clock.advanceAsync(1_000);
    await eventually(() => supervisor.endings.some(({ epoch }) => epoch === 1), 'the end by the service');
    for (let second = 0; second < 3; second += 1) await clock.advanceAsync(1_000);
    await eventually(() => feed.state === 'up', 'another connection');
    expect(supervisor.endings.find(({ epoch }) => epoch === 1)).toMatchObject({ code: 4004, trigger: 'peer-closed' });
    expect([ups.length, feed.url]).toEqual([2, service.url]);
    await feed.stop();
    const timeline = [...recorder.timelines()].find(({ machine }) => machine === 'dialer');
    expect(replay(JSON.stringify(timeline))).toMatchObject({ agrees: true, exit: 'normal' });
  });
});
