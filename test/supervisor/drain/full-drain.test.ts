import { describe, expect, test } from 'vitest';
import type { DrainReport } from '../../../src/supervisor/api/drain.js';
import { reconnectDelayOf } from '../../../src/transport/reconnect-delay.js';
import { aDrain, closeOf } from '../../support/a-drain.js';
import { settled } from '../../support/settled.js';

/** A drain that closes all connections at once. */
const AT_ONCE = { spreadMs: 0 };

describe('at the start', () => {
  test('the supervisor is not ready at once, and takes connections for notReadyFirstMs', async () => {
    const scene = aDrain();
    await scene.listen();
    const early = scene.openOne();
    void scene.supervisor.drain({ ...AT_ONCE, notReadyFirstMs: 3_000 });
    expect([scene.supervisor.state, scene.supervisor.isReady]).toEqual(['draining', false]);
    await scene.clock.advanceAsync(2_999);
    const late = scene.openOne();
    expect([early, late].map((client) => client.connection.drainSignal.aborted)).toEqual([false, false]);
    await scene.clock.advanceAsync(200);
    expect(scene.knock().answer?.status).toBe(503);
    expect([early, late].map((client) => client.connection.drainSignal.aborted)).toEqual([true, true]);
    expect([early, late].map((client) => client.wire.asked)).toEqual([
      [expect.stringMatching(/^close 1012/)],
      [expect.stringMatching(/^close 1012/)],
    ]);
  });

  test('without notReadyFirstMs listeners are suspended within the call', async () => {
    const scene = aDrain();
    await scene.listen();
    const client = scene.openOne();
    void scene.supervisor.drain();
    expect(scene.supervisor.child('door')).toMatchObject({ state: 'suspended' });
    expect(scene.knock().answer?.status).toBe(503);
    expect(client.connection.drainSignal.aborted).toBe(true);
    expect(scene.types()).toEqual(expect.arrayContaining(['drain.started', 'drain.suspended']));
  });

  test('refusals advise when to come back, each at another time', async () => {
    const scene = aDrain();
    await scene.listen();
    scene.open(1);
    void scene.supervisor.drain({ adviseReconnectMs: 60_000 });
    const delays = Array.from({ length: 50 }, () => Number(scene.knock().answer?.headers?.['retry-after']));
    expect(delays.every((seconds) => Number.isInteger(seconds) && seconds >= 1 && seconds <= 60)).toBe(true);
    expect(new Set(delays).size).toBeGreaterThan(10);
  });

  test('a handshake that authenticate grants after that is refused, and counted', async () => {
    const scene = aDrain();
    const grants: (() => void)[] = [];
    const authenticate = () =>
      new Promise<{ data: undefined }>((resolve) => grants.push(() => resolve({ data: undefined })));
    await scene.listen('door');
    await scene.listen('guarded', { authenticate });
    const client = scene.openOne('door');
    const upgrade = scene.knock('guarded');
    const drained = scene.supervisor.drain(AT_ONCE);
    await scene.clock.advanceAsync(10);
    expect(upgrade.answer).toBeUndefined();
    for (const grant of grants) grant();
    await settled();
    expect([upgrade.answer?.status, upgrade.wire]).toEqual([503, undefined]);
    expect(scene.events).toContainEqual(
      expect.objectContaining({ type: 'handshake.refused', childId: 'guarded', why: 'draining' }),
    );
    client.answer();
    expect(await drained).toMatchObject({ total: 1, refused: 1 });
  });

  test('a user who resumes a listener does not undo the drain', async () => {
    const scene = aDrain();
    await scene.listen();
    scene.open(1);
    void scene.supervisor.drain();
    const listener = scene.supervisor.child('door');
    if (listener?.kind === 'listener') listener.resume();
    expect(scene.knock().answer?.status).toBe(503);
  });
});

describe('closing', () => {
  test('advises every client another delay, behind the reason', async () => {
    const scene = aDrain();
    await scene.listen();
    const clients = scene.open(40);
    void scene.supervisor.drain({ ...AT_ONCE, reason: 'restarting', adviseReconnectMs: 8_000 });
    await scene.clock.advanceAsync(10);
    const closes = clients.map(({ wire }) => closeOf(wire));
    expect(
      closes.every((close) => close?.code === 1012 && close.reason.startsWith('restarting; retry-after-ms=')),
    ).toBe(true);
    const delays = closes.map((close) => reconnectDelayOf(close?.reason ?? '') ?? Number.NaN);
    expect(delays.every((ms) => ms >= 0 && ms <= 8_000)).toBe(true);
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(2_000);
  });

  test('advises no delay with adviseReconnectMs 0, and uses the code given', async () => {
    const scene = aDrain();
    await scene.listen();
    const client = scene.openOne();
    void scene.supervisor.drain({ ...AT_ONCE, code: 4000, reason: 'bye', adviseReconnectMs: 0 });
    await scene.clock.advanceAsync(10);
    expect(client.wire.asked).toEqual(['close 4000 bye']);
  });

  test('is spread, and leaves alone connections that have finished by then', async () => {
    const scene = aDrain();
    await scene.listen();
    const clients = scene.open(10);
    void scene.supervisor.drain({ spreadMs: 1_000 });
    await scene.clock.advanceAsync(450);
    const closed = clients.filter(({ wire }) => closeOf(wire)?.code === 1012);
    expect(closed.length).toBeGreaterThanOrEqual(4);
    expect(closed.length).toBeLessThanOrEqual(5);
    const others = clients.filter(({ wire }) => closeOf(wire) === undefined);
    for (const client of others) client.leave(1000);
    await scene.clock.advanceAsync(2_000);
    expect(others.every(({ wire }) => closeOf(wire)?.code === 1000)).toBe(true);
  });

  test('begins finishFirstMs after drainSignal', async () => {
    const scene = aDrain();
    await scene.listen();
    const client = scene.openOne();
    void scene.supervisor.drain({ ...AT_ONCE, finishFirstMs: 2_000 });
    expect(client.connection.drainSignal.aborted).toBe(true);
    await scene.clock.advanceAsync(1_990);
    expect(client.wire.asked).toEqual([]);
    await scene.clock.advanceAsync(140);
    expect(closeOf(client.wire)?.code).toBe(1012);
  });

  test('comes last to connections whose handlers hold drainSignal', async () => {
    const scene = aDrain();
    await scene.listen();
    const clients = scene.open(20);
    const patient = clients.filter((_, n) => n % 2 === 0);
    for (const { connection } of patient) void connection.drainSignal;
    void scene.supervisor.drain({ spreadMs: 1_000 });
    await scene.clock.advanceAsync(500);
    expect(patient.filter(({ wire }) => closeOf(wire) !== undefined)).toEqual([]);
    expect(clients.filter(({ wire }) => closeOf(wire) !== undefined)).toHaveLength(10);
  });

  test('reports the trigger drained', async () => {
    const scene = aDrain();
    await scene.listen();
    const client = scene.openOne();
    void scene.supervisor.drain(AT_ONCE);
    await scene.clock.advanceAsync(10);
    client.answer();
    expect(client.connection.report).toMatchObject({
      trigger: 'drained',
      code: 1012,
      outcome: 'closed',
      startedBy: 'local',
    });
  });
});

describe('the account', () => {
  test('has the fate of each: clean, forced, finished by themselves, refused', async () => {
    const scene = aDrain({ limits: { closeWithinMs: 60_000 } });
    await scene.listen();
    const [clean, slow, mute, lost, leaver] = scene.open(5);
    const drained = scene.supervisor.drain({ ...AT_ONCE, withinMs: 9_000, finishFirstMs: 100 });
    leaver?.leave(1001);
    expect(scene.knock().answer?.status).toBe(503);
    expect(scene.knock().answer?.status).toBe(503);
    await scene.clock.advanceAsync(110);
    clean?.answer();
    lost?.wire.emitClosed({ kind: 'socket-error' });
    await scene.clock.advanceAsync(2_000);
    slow?.answer();
    await scene.clock.advanceAsync(6_889);
    expect(mute?.wire.asked).toEqual([expect.stringMatching(/^close 1012/)]);
    await scene.clock.advanceAsync(1);
    expect(mute?.wire.asked).toEqual([expect.stringMatching(/^close 1012/), 'terminate']);
    mute?.wire.emitClosed({ kind: 'terminated' });
    const report = await drained;
    expect(report).toMatchObject({
      outcome: 'drained',
      total: 5,
      finishedByThemselves: 1,
      clean: 2,
      forced: 2,
      left: 0,
      refused: 2,
      lingering: [],
      durationMs: 9_000,
    });
    expect(report.slowest.map(({ id }) => id)).toEqual(
      [mute, slow, clean, lost]
        .map((client) => client?.connection.id)
        .toSorted((a, b) => msOf(report, b) - msOf(report, a)),
    );
    expect(msOf(report, slow?.connection.id)).toBeGreaterThanOrEqual(2_000);
    expect(mute?.connection.report).toMatchObject({ trigger: 'drained', outcome: 'failed' });
  });

  test('counts those too that came while it was not ready, and those that had begun to end', async () => {
    const scene = aDrain();
    await scene.listen();
    const leaving = scene.openOne();
    leaving.connection.close(4001);
    const drained = scene.supervisor.drain({ ...AT_ONCE, notReadyFirstMs: 100 });
    const late = scene.openOne();
    await scene.clock.advanceAsync(120);
    expect(leaving.wire.asked).toEqual(['close 4001']);
    leaving.answer(4001);
    late.answer();
    expect(await drained).toMatchObject({ total: 2, finishedByThemselves: 1, clean: 1 });
  });

  test('names handlers that still run a second later, and resolves no sooner', async () => {
    const scene = aDrain();
    let finish = () => {};
    const stuck = new Promise<void>((resolve) => (finish = resolve));
    await scene.listen('door', { handler: () => stuck });
    const client = scene.openOne();
    const drained = scene.supervisor.drain(AT_ONCE);
    await scene.clock.advanceAsync(10);
    client.answer();
    await scene.clock.advanceAsync(900);
    expect(scene.supervisor.state).toBe('draining');
    await scene.clock.advanceAsync(1_500);
    expect((await drained).lingering).toEqual([client.connection.id]);
    finish();
  });

  test('does not name handlers that clean up in time', async () => {
    const scene = aDrain();
    let finish = () => {};
    await scene.listen('door', {
      handler: async (connection) => {
        await connection.closed;
        await new Promise<void>((resolve) => (finish = resolve));
      },
    });
    const client = scene.openOne();
    const drained = scene.supervisor.drain(AT_ONCE);
    await scene.clock.advanceAsync(10);
    client.answer();
    await scene.clock.advanceAsync(500);
    expect(scene.supervisor.state).toBe('draining');
    finish();
    expect(await drained).toMatchObject({ lingering: [], durationMs: 510 });
  });

  test('of no connections is resolved at once', async () => {
    const scene = aDrain();
    await scene.listen();
    expect(await scene.supervisor.drain()).toMatchObject({ outcome: 'drained', total: 0, durationMs: 0, slowest: [] });
    expect(scene.supervisor.state).toBe('stopped');
    expect(scene.clock.pending).toBe(0);
  });

  test('is published before the supervisor ends; progress about ten times', async () => {
    const scene = aDrain();
    await scene.listen();
    const clients = scene.open(100);
    const drained = scene.supervisor.drain(AT_ONCE);
    await scene.clock.advanceAsync(10);
    for (const client of clients) client.answer();
    const report = await drained;
    const events = scene.events.filter(({ type }) => type.startsWith('drain.') || type.startsWith('supervisor.'));
    expect(events[0]).toEqual({ type: 'drain.started', connections: 100, isPartial: false });
    expect(events.flatMap((event) => (event.type === 'drain.progress' ? [event.left] : []))).toEqual([
      90, 80, 70, 60, 50, 40, 30, 20, 10, 0,
    ]);
    expect(events.slice(-3).map(({ type }) => type)).toEqual([
      'supervisor.stopping',
      'drain.ended',
      'supervisor.stopped',
    ]);
    expect(events.at(-2)).toEqual({ type: 'drain.ended', report });
    expect(await scene.supervisor.ended).toMatchObject({ outcome: 'stopped', reason: 'normal' });
  });
});

function msOf({ slowest }: DrainReport, id: string | undefined): number {
  return slowest.find((slow) => slow.id === id)?.ms ?? Number.NaN;
}

describe('dialed connections', () => {
  test('get drainSignal, go on until the accepted ones have ended, then end with 1001; their dialers exit with shutdown', async () => {
    const scene = aDrain();
    await scene.listen();
    const feed = await scene.dialUp();
    const client = scene.openOne();
    const dialer = scene.supervisor.child('feed');
    const dialed = dialer?.kind === 'dialer' ? dialer.connection : undefined;
    const drained = scene.supervisor.drain(AT_ONCE);
    expect(dialed?.drainSignal.aborted).toBe(true);
    await scene.clock.advanceAsync(4_000);
    expect([client.wire.asked.length, feed.asked]).toEqual([1, []]);
    client.answer();
    await settled();
    expect([scene.supervisor.state, feed.asked]).toEqual(['stopping', ['close 1001']]);
    feed.emitClosing(1001);
    feed.emitClosed();
    expect(await drained).toMatchObject({ outcome: 'drained', total: 2, clean: 2, forced: 0 });
    expect(scene.events.find((event) => event.type === 'child.exited' && event.exit.id === 'feed')).toMatchObject({
      exit: { reason: 'shutdown' },
    });
  });

  test('are not counted before they are open', async () => {
    const scene = aDrain();
    const feed = await scene.dial();
    const drained = scene.supervisor.drain(AT_ONCE);
    await settled();
    feed.emitClosed({ kind: 'terminated' });
    expect(await drained).toMatchObject({ total: 0, clean: 0 });
  });

  test('that do not answer are terminated at the end of withinMs', async () => {
    const scene = aDrain({ limits: { closeWithinMs: 60_000 } });
    const feed = await scene.dialUp();
    const drained = scene.supervisor.drain({ ...AT_ONCE, withinMs: 2_000 });
    await scene.clock.advanceAsync(1_999);
    expect(feed.asked).toEqual(['close 1001']);
    await scene.clock.advanceAsync(1);
    expect(feed.asked).toEqual(['close 1001', 'terminate']);
    feed.emitClosed({ kind: 'terminated' });
    expect(await drained).toMatchObject({ outcome: 'drained', total: 1, forced: 1 });
  });

  test('are terminated at once when nothing is left of withinMs', async () => {
    const scene = aDrain({ limits: { closeWithinMs: 60_000 } });
    await scene.listen();
    const feed = await scene.dialUp();
    const mute = scene.openOne();
    const drained = scene.supervisor.drain({ ...AT_ONCE, withinMs: 2_000 });
    await scene.clock.advanceAsync(2_000);
    mute.wire.emitClosed({ kind: 'terminated' });
    await scene.clock.advanceAsync(1);
    expect(feed.asked.at(-1)).toBe('terminate');
    feed.emitClosed({ kind: 'terminated' });
    expect(await drained).toMatchObject({ total: 2, forced: 2 });
  });
});

describe('a stop', () => {
  test('supersedes: what was not closed yet is closed now, with its code', async () => {
    const scene = aDrain();
    await scene.listen();
    const clients = scene.open(4);
    const drained = scene.supervisor.drain({ spreadMs: 10_000 });
    await scene.clock.advanceAsync(1);
    void scene.supervisor.stop({ code: 1001 });
    expect(scene.supervisor.state).toBe('stopping');
    await settled();
    const codes = clients.map(({ wire }) => closeOf(wire)?.code);
    expect(codes.toSorted((a, b) => Number(a) - Number(b))).toEqual([1001, 1001, 1001, 1012]);
    for (const client of clients) client.answer();
    expect(await drained).toMatchObject({ outcome: 'superseded', total: 4, clean: 4, forced: 0 });
  });

  test('called twice cuts nothing', async () => {
    const scene = aDrain();
    await scene.listen();
    const client = scene.openOne();
    const drained = scene.supervisor.drain(AT_ONCE);
    await scene.clock.advanceAsync(10);
    void scene.supervisor.stop();
    void scene.supervisor.stop();
    await settled();
    expect(client.wire.asked).toEqual([expect.stringMatching(/^close 1012/)]);
    client.answer();
    await scene.clock.advanceAsync(1);
    expect(await drained).toMatchObject({ outcome: 'superseded', clean: 1, forced: 0 });
  });

  test('after the accepted ones have gone joins the one that ends the drain', async () => {
    const scene = aDrain();
    const feed = await scene.dialUp();
    const drained = scene.supervisor.drain(AT_ONCE);
    await settled();
    expect([scene.supervisor.state, feed.asked]).toEqual(['stopping', ['close 1001']]);
    void scene.supervisor.stop();
    expect(feed.asked).toEqual(['close 1001']);
    feed.emitClosing(1001);
    feed.emitClosed({ sent: { code: 1001, reason: '' }, received: { code: 1001, reason: '' } });
    await scene.clock.advanceAsync(1);
    expect(await drained).toMatchObject({ outcome: 'drained', clean: 1, forced: 0 });
  });
});

describe('a terminate', () => {
  test('drops what is left', async () => {
    const scene = aDrain();
    await scene.listen();
    const client = scene.openOne();
    const drained = scene.supervisor.drain(AT_ONCE);
    await scene.clock.advanceAsync(10);
    void scene.supervisor.terminate();
    await settled();
    expect(client.wire.asked).toEqual([expect.stringMatching(/^close 1012/), 'terminate']);
    client.wire.emitClosed({ kind: 'terminated' });
    await scene.clock.advanceAsync(1);
    expect(await drained).toMatchObject({ outcome: 'superseded', forced: 1 });
  });

  test('after the accepted ones have gone drops the dialed ones', async () => {
    const scene = aDrain();
    const feed = await scene.dialUp();
    const drained = scene.supervisor.drain(AT_ONCE);
    await settled();
    expect([scene.supervisor.state, feed.asked]).toEqual(['stopping', ['close 1001']]);
    void scene.supervisor.terminate();
    expect(feed.asked).toEqual(['close 1001', 'terminate']);
    feed.emitClosed({ kind: 'terminated' });
    expect(await drained).toMatchObject({ outcome: 'superseded', forced: 1 });
  });
});

describe('its signal', () => {
  test('calls it off: connections that were not closed stay, listeners take connections, the supervisor runs', async () => {
    const scene = aDrain();
    await scene.listen();
    const feed = await scene.dialUp();
    const clients = scene.open(4);
    const controller = new AbortController();
    const drained = scene.supervisor.drain({ spreadMs: 10_000, signal: controller.signal });
    await scene.clock.advanceAsync(1);
    controller.abort();
    expect([scene.supervisor.state, scene.supervisor.isReady]).toEqual(['running', true]);
    expect(scene.knock().wire).toBeDefined();
    const closing = clients.find(({ wire }) => closeOf(wire) !== undefined);
    closing?.answer();
    expect(await drained).toMatchObject({ outcome: 'called-off', total: 5, clean: 1, left: 4 });
    await scene.clock.advanceAsync(60_000);
    expect(clients.filter(({ wire }) => closeOf(wire) !== undefined)).toEqual([closing]);
    expect(feed.asked).toEqual([]);
    expect(scene.clock.pending).toBe(0);
  });

  test('calls it off while it is only not ready', async () => {
    const scene = aDrain();
    await scene.listen();
    const client = scene.openOne();
    const controller = new AbortController();
    const drained = scene.supervisor.drain({ notReadyFirstMs: 1_000, signal: controller.signal });
    controller.abort();
    expect(await drained).toMatchObject({ outcome: 'called-off', total: 1, left: 1 });
    expect(client.connection.drainSignal.aborted).toBe(false);
    expect([scene.supervisor.isReady, scene.clock.pending]).toEqual([true, 0]);
  });

  test('comes too late once the supervisor stops', async () => {
    const scene = aDrain();
    const feed = await scene.dialUp();
    const controller = new AbortController();
    const drained = scene.supervisor.drain({ ...AT_ONCE, signal: controller.signal });
    await settled();
    controller.abort();
    expect(scene.supervisor.state).toBe('stopping');
    feed.emitClosing(1001);
    feed.emitClosed();
    expect((await drained).outcome).toBe('drained');
  });

  test('a drain that was called off can be followed by another', async () => {
    const scene = aDrain();
    await scene.listen();
    const client = scene.openOne();
    const controller = new AbortController();
    const first = scene.supervisor.drain({ notReadyFirstMs: 1_000, signal: controller.signal });
    controller.abort();
    await first;
    const second = scene.supervisor.drain(AT_ONCE);
    await scene.clock.advanceAsync(10);
    client.answer();
    expect(await second).toMatchObject({ outcome: 'drained', total: 1, clean: 1 });
  });
});
