import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/supervisor/api/connection.js';
import { A, aDialer, answer, B, HOUR, LATER, REFUSED } from '../../support/a-dialer.js';
import { settled } from '../../support/settled.js';

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
