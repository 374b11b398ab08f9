import { describe, expect, test } from 'vitest';
import { A, aDialer, answer, B, BACKOFF, HOUR, LATER } from '../../support/a-dialer.js';
import { settled } from '../../support/settled.js';

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
