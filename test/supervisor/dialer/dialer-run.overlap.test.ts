import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/supervisor/api/connection.js';
import type { DialOptions } from '../../../src/supervisor/api/dial-options.js';
import type { DialAttempt, DialerStatus, RetryContext } from '../../../src/supervisor/api/dialer.js';
import type { SupervisorOptions } from '../../../src/supervisor/api/supervisor.js';
import type { WireEnd } from '../../../src/transport/wire-fact.js';
import { aSupervisor } from '../../support/a-supervisor.js';
import type { FakeWire } from '../../support/fake-wire.js';
import { settled } from '../../support/settled.js';

const A = 'ws://a.example/';
const B = 'ws://b.example/';
const BACKOFF = { initialMs: 100, maxMs: 100, factor: 1, stableAfterMs: 1_000, firstWithinMs: 100 };
/** Past any backoff. */
const LATER = 250;
const HOUR = 3_600_000;
const REFUSED: Partial<WireEnd> = { kind: 'refused', httpStatus: 503 };

/** A dialer, and what it has asked and shown. */
function aDialer(options: Partial<DialOptions> = {}, supervisorOptions: SupervisorOptions = {}) {
  const fixture = aSupervisor(supervisorOptions);
  const attempts: DialAttempt[] = [];
  const judged: (readonly [epoch: number | undefined, attempt: number, context: RetryContext])[] = [];
  const finish = new Map<number, (error?: Error) => void>();
  const dialer = fixture.supervisor.dial({
    id: 'feed',
    url: A,
    headers: (attempt) => {
      attempts.push(attempt);
      return {};
    },
    backoff: BACKOFF,
    retry: (report, attempt, context) => {
      judged.push([report.epoch, attempt, context]);
      return { afterMs: 100 };
    },
    handler: (connection) =>
      new Promise<void>((resolve, reject) => {
        finish.set(connection.epoch ?? 0, (error) => (error === undefined ? resolve() : reject(error)));
        void connection.closed.then(() => resolve());
      }),
    ...options,
  });
  const wires = () => fixture.transport.dials.map(({ wire }) => wire);
  const urls = () => fixture.transport.dials.map(({ request }) => request.url);
  /** The attempt under way opens. */
  const open = async (): Promise<FakeWire> => {
    await settled();
    const wire = fixture.transport.lastWire;
    wire.emit({ type: 'wire.opened', protocol: '', remoteAddress: undefined });
    await settled();
    return wire;
  };
  /** The attempt under way fails, and its backoff passes. */
  const fails = async (end: Partial<WireEnd> = REFUSED): Promise<void> => {
    await settled();
    fixture.transport.lastWire.emitClosed(end);
    await settled();
    await fixture.clock.advanceAsync(LATER);
    await settled();
  };
  const statuses = (): DialerStatus[] =>
    fixture.events.flatMap((event) =>
      event.type === 'dialer.status' && event.childId === 'feed' ? [event.status] : [],
    );
  const epochs = () => statuses().map((status) => (status.type === 'up' ? status.connection.epoch : status.type));
  return { ...fixture, dialer, attempts, judged, finish, wires, urls, open, fails, statuses, epochs };
}

/** The closing handshake of a connection that is being closed. */
function answer(wire: FakeWire): void {
  wire.emitClosing();
  wire.emitClosed();
}

describe('with overlap a redial makes before it breaks:', () => {
  test('the old connection stays up until the new one is open, and is closed then; both change over in one step', async () => {
    const { dialer, open, epochs, urls, wires } = aDialer();
    const old = await open();
    dialer.redial({ overlap: true, url: B, code: 4000, reason: 'moving' });
    await settled();
    expect(urls()).toEqual([A, B]);
    expect([dialer.state, dialer.connection?.epoch, dialer.url, old.asked]).toEqual(['up', 1, A, []]);
    expect(dialer.send('still here')).toBe('taken');
    const wire = await open();
    expect([dialer.state, dialer.connection?.epoch, dialer.url]).toEqual(['up', 2, B]);
    expect(old.asked).toEqual(['close 4000 moving']);
    dialer.send('over there');
    expect([old.sent, wire.sent]).toEqual([['still here'], ['over there']]);
    expect(epochs()).toEqual([1, 2]);
    answer(old);
    await settled();
    expect([dialer.state, dialer.connection?.epoch, wires().length]).toEqual(['up', 2, 2]);
  });

  test('without a code the old one is closed with 1000, beside the new one, by its own deadline and with its own report', async () => {
    const { clock, dialer, open, supervisor } = aDialer();
    const old = await open();
    dialer.redial({ overlap: true });
    await open();
    expect(old.asked).toEqual(['close 1000']);
    await clock.advanceAsync(5_500);
    expect(old.asked.at(-1)).toBe('terminate');
    old.emitClosed({ kind: 'terminated' });
    expect(supervisor.endings).toMatchObject([{ epoch: 1, trigger: 'close-called', endedBy: 'close-deadline' }]);
    expect(dialer).toMatchObject({ state: 'up', connection: { epoch: 2 } });
  });

  test("with ready: 'handler' the new one takes its place when its handler says so", async () => {
    const connections: Connection[] = [];
    const { dialer, open, statuses } = aDialer({
      ready: 'handler',
      handler: (connection) => {
        connections.push(connection);
        return connection.closed;
      },
    });
    const old = await open();
    connections[0]?.ready();
    dialer.redial({ overlap: true });
    const before = statuses().length;
    await open();
    expect([dialer.connection?.epoch, old.asked, statuses().length]).toEqual([1, [], before]);
    connections[1]?.ready();
    expect([dialer.connection?.epoch, old.asked]).toEqual([2, ['close 1000']]);
  });

  test('frames$ emits the frames of both until the old one has closed, those of each in order', async () => {
    const { dialer, open } = aDialer({ handler: undefined });
    const texts: string[] = [];
    dialer.frames$.subscribe((frame) => texts.push(frame.text()));
    const old = await open();
    dialer.redial({ overlap: true });
    old.deliver('old 1');
    const wire = await open();
    old.deliver('old 2');
    wire.deliver('new 1');
    old.deliver('old 3');
    answer(old);
    wire.deliver('new 2');
    await settled();
    expect(texts).toEqual(['old 1', 'old 2', 'new 1', 'old 3', 'new 2']);
  });

  test('it needs no room of its own', async () => {
    const { dialer, open } = aDialer({}, { limits: { maxConnections: 1 } });
    await open();
    dialer.redial({ overlap: true });
    await open();
    expect(dialer.connection).toMatchObject({ epoch: 2 });
  });

  test('it waits for its turn as one that is likely to open, and stays up meanwhile', async () => {
    const { dialer, epochs, open, supervisor, transport, urls } = aDialer({}, { dialLimiter: { inFlight: 1 } });
    await open();
    for (const id of ['other', 'third']) supervisor.dial({ id, url: B, restart: 'temporary', retry: () => 'stop' });
    await settled();
    dialer.redial({ overlap: true });
    await settled();
    expect([urls(), supervisor.stats().dials, dialer.state]).toEqual([[A, B], { inFlight: 1, queued: 2 }, 'up']);
    transport.lastWire.emitClosed(REFUSED);
    await settled();
    expect(urls()).toEqual([A, B, A]);
    await open();
    expect(epochs()).toEqual([1, 2]);
  });

  test('another one while an attempt is under way changes nothing', async () => {
    const { dialer, open, urls } = aDialer();
    const old = await open();
    dialer.redial({ overlap: true, reason: 'first' });
    await settled();
    dialer.redial({ overlap: true, url: B, reason: 'second' });
    await open();
    expect([urls(), old.asked]).toEqual([[A, A], ['close 1000 first']]);
  });

  test('a hundred in a row, with the old ones still closing, lead from one to the next', async () => {
    const { dialer, open, wires } = aDialer({}, { dialLimiter: { perSecond: Number.POSITIVE_INFINITY } });
    await open();
    for (let round = 0; round < 100; round += 1) {
      dialer.redial({ overlap: true });
      await open();
    }
    expect(dialer.connection).toMatchObject({ epoch: 101, state: 'open' });
    expect(wires().filter(({ asked }) => asked.includes('close 1000'))).toHaveLength(100);
  });
});

describe('an attempt of an overlap that fails', () => {
  test('is made again at the same URL after a backoff, and is no failure of the dialer', async () => {
    const { attempts, dialer, epochs, fails, judged, open, supervisor, urls } = aDialer();
    const old = await open();
    dialer.redial({ overlap: true, url: B });
    await fails();
    await fails();
    expect([dialer.state, dialer.connection?.epoch, dialer.url, old.asked]).toEqual(['up', 1, A, []]);
    expect(supervisor.endings.map(({ epoch, trigger }) => [epoch, trigger])).toEqual([
      [2, 'refused'],
      [3, 'refused'],
    ]);
    await open();
    expect([dialer.connection?.epoch, urls(), epochs()]).toEqual([4, [A, B, B, B], [1, 4]]);
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 1, 2, 3]);
    expect(judged).toMatchObject([
      [2, 1, { failures: 1, wasUp: true }],
      [3, 2, { failures: 2, alike: 2 }],
    ]);
    // The URL was that of the one redial.
    dialer.redial();
    await settled();
    expect(urls().at(-1)).toBe(A);
  });

  test('makes the backoff of the next one longer, and that of a later loss not', async () => {
    const { clock, dialer, events, fails, open, transport } = aDialer(
      { backoff: { ...BACKOFF, maxMs: HOUR, factor: 10 }, retry: () => 'retry' },
      { random: () => 0.999 },
    );
    await open();
    dialer.redial({ overlap: true });
    await fails();
    await fails();
    expect(transport.dials).toHaveLength(3);
    await clock.advanceAsync(1_000);
    expect(transport.dials).toHaveLength(4);
    const wire = await open();
    wire.emitClosed({ kind: 'socket-ended' });
    expect(events.findLast(({ type }) => type === 'dialer.status')).toMatchObject({
      status: { type: 'waiting', attempt: 1, delayMs: expect.closeTo(100, 0) },
    });
  });

  test('gets a fresh credential when the policy wants one', async () => {
    const { attempts, dialer, fails, open } = aDialer({
      retry: (_report, _attempt, { refreshed }) => (refreshed ? 'stop' : 'refresh'),
    });
    await open();
    dialer.redial({ overlap: true });
    await fails({ kind: 'refused', httpStatus: 401 });
    expect(attempts.map(({ refresh }) => refresh)).toEqual([false, false, true]);
    await open();
    expect(dialer.connection).toMatchObject({ epoch: 3 });
  });

  test.each(['transient', 'permanent'] as const)(
    'ends the overlap when the policy gives up: the old connection stays (restart: %s)',
    async (restart) => {
      const { dialer, epochs, events, fails, open, types, wires } = aDialer({ retry: () => 'stop', restart });
      const old = await open();
      dialer.redial({ overlap: true, url: B });
      await fails();
      expect([dialer.state, dialer.connection?.epoch, dialer.url, old.asked]).toEqual(['up', 1, A, []]);
      expect([wires().length, epochs()]).toEqual([2, [1]]);
      expect(events).toContainEqual(expect.objectContaining({ type: 'dialer.judged', verdict: 'stop' }));
      expect(types()).not.toContain('child.stuck');
      dialer.redial({ overlap: true });
      await open();
      expect(dialer.connection).toMatchObject({ epoch: 3 });
    },
  );

  test('crashes the dialer when the policy throws', async () => {
    const bug = new Error('a bug of the policy');
    const { dialer, fails, open } = aDialer({
      restart: 'temporary',
      retry: () => {
        throw bug;
      },
    });
    const old = await open();
    dialer.redial({ overlap: true });
    await fails();
    expect([dialer.state, old.asked]).toEqual(['stopping', ['close 1011']]);
    answer(old);
    expect(await dialer.ended).toMatchObject({ reason: 'abnormal', error: bug, report: { epoch: 2 } });
  });

  test.each<[string, Error | undefined]>([
    ['has returned', undefined],
    ['has thrown', new Error('login failed')],
  ])('is made again, too, when its handler %s before it was ready', async (_what, error) => {
    const ready = new Map<number, () => void>();
    const finish = new Map<number, (error?: Error) => void>();
    const { clock, dialer, open, transport, judged } = aDialer({
      ready: 'handler',
      handler: (connection) =>
        new Promise<void>((resolve, reject) => {
          ready.set(connection.epoch ?? 0, () => connection.ready());
          finish.set(connection.epoch ?? 0, (thrown) => (thrown === undefined ? resolve() : reject(thrown)));
        }),
    });
    const old = await open();
    ready.get(1)?.();
    dialer.redial({ overlap: true });
    const wire = await open();
    finish.get(2)?.(error);
    await settled();
    answer(wire);
    await settled();
    expect([dialer.state, old.asked, judged]).toEqual(['up', [], []]);
    await clock.advanceAsync(LATER);
    await open();
    ready.get(3)?.();
    expect([dialer.connection?.epoch, transport.dials.length]).toEqual([3, 3]);
  });

  test('waits for another redial when the policy says so', async () => {
    const { clock, dialer, fails, open, urls } = aDialer({ retry: () => ({ afterMs: Number.POSITIVE_INFINITY }) });
    await open();
    dialer.redial({ overlap: true, url: B });
    await fails();
    await clock.advanceAsync(HOUR);
    expect(urls()).toEqual([A, B]);
    dialer.redial({ overlap: true });
    await settled();
    expect(urls()).toEqual([A, B, A]);
  });
});

describe('when the old connection ends by itself', () => {
  test('while the new one is dialed, that attempt goes on as the one of any redial', async () => {
    const { dialer, epochs, judged, open, urls } = aDialer();
    const old = await open();
    dialer.redial({ overlap: true, url: B });
    await settled();
    answer(old);
    expect([dialer.state, dialer.connection, dialer.url]).toEqual(['dialing', undefined, B]);
    await open();
    expect([dialer.state, dialer.connection?.epoch]).toEqual(['up', 2]);
    expect([urls(), epochs(), judged]).toEqual([[A, B], [1, 'dialing', 2], []]);
  });

  test('and that attempt fails, it is a failure, and the next one goes to the usual URL', async () => {
    const { dialer, epochs, fails, judged, open, urls } = aDialer();
    const old = await open();
    dialer.redial({ overlap: true, url: B });
    await settled();
    old.emitClosed({ kind: 'socket-ended' });
    await fails();
    await open();
    expect(judged).toMatchObject([[2, 2, { failures: 2 }]]);
    expect([urls(), epochs()]).toEqual([
      [A, B, A],
      [1, 'dialing', 'waiting', 'dialing', 3],
    ]);
  });

  test('while the new one waits for its turn, the status says so', async () => {
    const { dialer, open, statuses, supervisor, transport } = aDialer({}, { dialLimiter: { inFlight: 1 } });
    const old = await open();
    supervisor.dial({ id: 'other', url: B, handler: () => {} });
    await settled();
    dialer.redial({ overlap: true });
    await settled();
    expect([dialer.state, supervisor.stats().dials]).toEqual(['up', { inFlight: 1, queued: 1 }]);
    answer(old);
    expect([dialer.state, statuses().at(-1)]).toEqual(['dialing', { type: 'dialing', attempt: 2, queued: true }]);
    transport.lastWire.emitClosed(REFUSED);
    await open();
    expect(dialer).toMatchObject({ state: 'up', connection: { epoch: 2 } });
  });

  test('while the new one is open and not ready, the status says so', async () => {
    const connections: Connection[] = [];
    const { dialer, open, statuses } = aDialer({
      ready: 'handler',
      handler: (connection) => {
        connections.push(connection);
        return connection.closed;
      },
    });
    const old = await open();
    connections[0]?.ready();
    dialer.redial({ overlap: true });
    await open();
    answer(old);
    expect(statuses().at(-1)).toEqual({ type: 'dialing', attempt: 2, opened: true });
    connections[1]?.ready();
    expect(dialer).toMatchObject({ state: 'up', connection: { epoch: 2 } });
  });

  test('between two attempts, its own report is judged', async () => {
    const { clock, dialer, judged, open, statuses, transport } = aDialer({
      retry: (report) => {
        judged.push([report.epoch, 0, {} as RetryContext]);
        return { afterMs: 200 };
      },
    });
    const old = await open();
    dialer.redial({ overlap: true, url: B });
    await settled();
    transport.lastWire.emitClosed(REFUSED);
    await settled();
    old.emitClosed({ kind: 'socket-ended' });
    expect(statuses().at(-1)).toMatchObject({ type: 'waiting', attempt: 1, report: { epoch: 1 } });
    expect(judged.map(([epoch]) => epoch)).toEqual([2, 1]);
    await clock.advanceAsync(LATER);
    expect(transport.dials.at(-1)?.request.url).toBe(A);
    expect(transport.dials).toHaveLength(3);
  });
});

describe('what the handler or the user has decided of the old connection, an overlap does not overrule:', () => {
  type Decide = (fixture: ReturnType<typeof aDialer>) => void;
  test.each<[string, Decide, string, object]>([
    ['the handler returns', ({ finish }) => finish.get(1)?.(), 'normal', { trigger: 'handler-returned' }],
    ['the handler throws', ({ finish }) => finish.get(1)?.(new Error('bug')), 'abnormal', { trigger: 'handler-threw' }],
    ['the user closes it', ({ dialer }) => dialer.connection?.close(), 'normal', { trigger: 'close-called' }],
  ])('%s, and the attempt under way is called off', async (_what, decide, reason, report) => {
    const fixture = aDialer({ restart: 'temporary' }, { dialLimiter: { inFlight: 1 } });
    const old = await fixture.open();
    fixture.dialer.redial({ overlap: true });
    await settled();
    decide(fixture);
    await settled();
    expect(fixture.supervisor.stats().dials).toEqual({ inFlight: 0, queued: 0 });
    const attempt = fixture.transport.lastWire;
    expect(attempt.asked).toEqual(['terminate']);
    // The attempt was quicker: it does not take over any more.
    attempt.emit({ type: 'wire.opened', protocol: '', remoteAddress: undefined });
    attempt.emitClosed({ kind: 'terminated' });
    fixture.dialer.redial({ overlap: true });
    answer(old);
    expect(await fixture.dialer.ended).toMatchObject({ reason, report: { epoch: 1, ...report } });
    expect(fixture.transport.dials).toHaveLength(2);
  });

  test('between two attempts, too', async () => {
    const fixture = aDialer({ restart: 'temporary' });
    const old = await fixture.open();
    fixture.dialer.redial({ overlap: true });
    await settled();
    fixture.transport.lastWire.emitClosed(REFUSED);
    await settled();
    fixture.finish.get(1)?.();
    await settled();
    await fixture.clock.advanceAsync(LATER);
    expect(fixture.transport.dials).toHaveLength(2);
    answer(old);
    expect(await fixture.dialer.ended).toMatchObject({ reason: 'normal', report: { epoch: 1 } });
  });

  test('what the old handler does when the new connection has taken over is no matter', async () => {
    const { dialer, finish, open } = aDialer();
    const old = await open();
    dialer.redial({ overlap: true });
    await open();
    finish.get(1)?.(new Error('interrupted'));
    answer(old);
    await settled();
    expect(dialer).toMatchObject({ state: 'up', connection: { epoch: 2 } });
  });
});

test('a redial without overlap closes the old connection at once, and the attempt under way goes on', async () => {
  const { dialer, epochs, open, urls } = aDialer();
  const old = await open();
  dialer.redial({ overlap: true, url: B });
  await settled();
  dialer.redial({ code: 4001, reason: 'now' });
  expect([old.asked, dialer.state, dialer.connection]).toEqual([['close 4001 now'], 'dialing', undefined]);
  await open();
  expect([urls(), epochs()]).toEqual([
    [A, B],
    [1, 'dialing', 2],
  ]);
});

test('between two attempts it dials at once', async () => {
  const { dialer, open, transport, urls } = aDialer();
  const old = await open();
  dialer.redial({ overlap: true });
  await settled();
  transport.lastWire.emitClosed(REFUSED);
  await settled();
  dialer.redial({ url: B });
  await open();
  expect([old.asked, urls(), dialer.connection?.epoch]).toEqual([['close 1000'], [A, A, B], 3]);
});

describe('a stop during an overlap', () => {
  type Fixture = ReturnType<typeof aDialer>;
  const PHASES: readonly [string, (fixture: Fixture) => Promise<void>][] = [
    ['while the new one is dialed', () => settled()],
    [
      'between two attempts',
      async ({ transport }) => {
        await settled();
        transport.lastWire.emitClosed(REFUSED);
        await settled();
      },
    ],
  ];

  describe.each(PHASES)('%s', (phase, reach) => {
    test.each([
      ['stop', 'close 4007 bye', 'normal'],
      ['shutdown', 'close 1001', 'shutdown'],
    ])('(%s) closes the old one, and has ended when all are gone', async (way, close, reason) => {
      const fixture = aDialer();
      const old = await fixture.open();
      fixture.dialer.redial({ overlap: true });
      await reach(fixture);
      if (way === 'stop') void fixture.dialer.stop({ code: 4007, reason: 'bye' });
      else void fixture.supervisor.stop();
      await settled();
      expect([old.asked, fixture.dialer.state]).toEqual([[close], 'stopping']);
      answer(old);
      await settled();
      if (phase === 'while the new one is dialed') {
        expect(fixture.dialer.state).toBe('stopping');
        fixture.transport.lastWire.emitClosed({ kind: 'terminated' });
      }
      expect(await fixture.dialer.ended).toMatchObject({ reason });
      await fixture.clock.advanceAsync(HOUR);
      expect(fixture.transport.dials).toHaveLength(2);
    });

    test('(terminate) cuts both', async () => {
      const fixture = aDialer();
      const old = await fixture.open();
      fixture.dialer.redial({ overlap: true });
      await reach(fixture);
      const ended = fixture.dialer.terminate();
      expect(old.asked.at(-1)).toBe('terminate');
      for (const wire of fixture.wires()) wire.emitClosed({ kind: 'terminated' });
      expect(await ended).toMatchObject({ reason: 'normal' });
    });
  });

  test('a drain of the supervisor ends both', async () => {
    const { clock, dialer, open, supervisor, transport } = aDialer();
    const old = await open();
    dialer.redial({ overlap: true });
    await settled();
    const drained = supervisor.drain({ spreadMs: 0 });
    await settled();
    await clock.advanceAsync(1_000);
    expect(old.asked).toEqual(['close 1001']);
    answer(old);
    transport.lastWire.emitClosed({ kind: 'terminated' });
    await drained;
    expect(await dialer.ended).toMatchObject({ reason: 'shutdown' });
  });
});

describe('while no connection is up, overlap changes nothing:', () => {
  test('a wait is cut short, and the URL holds for the one attempt', async () => {
    const { dialer, fails, open, transport, urls } = aDialer({ retry: () => ({ afterMs: Number.POSITIVE_INFINITY }) });
    await fails();
    dialer.redial({ overlap: true, url: B });
    await fails();
    dialer.redial();
    await open();
    expect([urls(), dialer.state, transport.dials.length]).toEqual([[A, B, A], 'up', 3]);
  });

  test('a first attempt goes on', async () => {
    const { dialer, open, urls } = aDialer();
    dialer.redial({ overlap: true, url: B });
    await open();
    expect([urls(), dialer.connection?.epoch]).toEqual([[A], 1]);
  });
});

describe('maxAgeMs', () => {
  test.each([
    [0, HOUR],
    [0.5, 0.95 * HOUR],
    [0.999, 0.9 * HOUR],
  ])('replaces a connection by itself in the last tenth of it, with chance %d after %d ms', async (chance, ageMs) => {
    const { clock, dialer, epochs, open, transport } = aDialer({ maxAgeMs: HOUR }, { random: () => chance });
    const old = await open();
    await clock.advanceAsync(ageMs - 1_000);
    expect(transport.dials).toHaveLength(1);
    await clock.advanceAsync(2_000);
    expect([transport.dials.length, dialer.state, old.asked]).toEqual([2, 'up', []]);
    await open();
    expect([old.asked, epochs()]).toEqual([['close 1000'], [1, 2]]);
    answer(old);
    await clock.advanceAsync(ageMs - 2_000);
    expect(transport.dials).toHaveLength(2);
    await clock.advanceAsync(4_000);
    expect(transport.dials).toHaveLength(3);
  });

  test('counts from the opening, not from when the handler was ready', async () => {
    const connections: Connection[] = [];
    const { clock, open, transport } = aDialer(
      {
        maxAgeMs: 10_000,
        ready: 'handler',
        handler: (connection) => {
          connections.push(connection);
          return connection.closed;
        },
      },
      { random: () => 0 },
    );
    await open();
    await clock.advanceAsync(8_000);
    connections[0]?.ready();
    await clock.advanceAsync(2_500);
    expect(transport.dials).toHaveLength(2);
  });

  test('counts from the opening of the connection that is up, also after a redial and after a loss', async () => {
    const { clock, dialer, fails, open, transport } = aDialer({ maxAgeMs: 10_000 }, { random: () => 0 });
    await open();
    await clock.advanceAsync(6_000);
    dialer.redial();
    await open();
    await clock.advanceAsync(6_000);
    expect(transport.dials).toHaveLength(2);
    await fails({ kind: 'socket-ended' });
    await open();
    await clock.advanceAsync(8_000);
    expect(transport.dials).toHaveLength(3);
    await clock.advanceAsync(3_000);
    expect(transport.dials).toHaveLength(4);
  });

  test('of a connection that is closing already does nothing', async () => {
    const { clock, dialer, open, transport } = aDialer({ maxAgeMs: 10_000 }, { random: () => 0 });
    const old = await open();
    await clock.advanceAsync(8_000);
    dialer.connection?.close();
    await clock.advanceAsync(3_000);
    expect(transport.dials).toHaveLength(1);
    answer(old);
    expect(await dialer.ended).toMatchObject({ reason: 'normal' });
  });
});
