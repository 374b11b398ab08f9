/**
 * Children used to be stopped one after the other: six dialers with mute peers took 30 s, a thousand an hour and a
 * half.
 */
import { describe, expect, test } from 'vitest';
import type { DialOptions } from '../../../src/supervisor/api/dial-options.js';
import type { Supervisor, SupervisorOptions } from '../../../src/supervisor/api/supervisor.js';
import { createSupervisor } from '../../../src/supervisor/create-supervisor.js';
import { DEFAULT_LIMITS } from '../../../src/supervisor/options/options.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';
import { TestChild } from '../../support/a-child.js';
import { MuteTransport } from '../../support/mute-transport.js';
import { settled } from '../../support/settled.js';

/** The closing handshake's deadline, of which a timer may be late by a sixteenth. */
const WITHIN_MS = DEFAULT_LIMITS.closeWithinMs * (1 + 1 / 16);

const UNLIMITED = { inFlight: Number.POSITIVE_INFINITY, perSecond: Number.POSITIVE_INFINITY };

function aMuteWorld(options: SupervisorOptions = {}) {
  const clock = createHeapClock();
  const transport = new MuteTransport();
  const supervisor = createSupervisor({ clock, transport, liveness: false, dialLimiter: UNLIMITED, ...options });
  const events: string[] = [];
  supervisor.events$.subscribe((event) => {
    if (event.type === 'child.exited') events.push(`${event.exit.id} exited`);
    if (event.type === 'dialer.status' && event.status.type === 'stopping') events.push(`${event.childId} stopping`);
  });
  return { clock, transport, supervisor, events };
}

async function dialUp(count: number, on: Supervisor, options: Partial<DialOptions> = {}): Promise<void> {
  const ids = Array.from({ length: count }, (_, index) => `d${index}`);
  const dialers = ids.map((id) =>
    on.dial({ id, url: 'ws://example.com/', handler: (connection) => connection.closed, ...options }),
  );
  await settled();
  expect(new Set(dialers.map(({ state }) => state))).toEqual(new Set(['up']));
}

/** How long something takes, by the clock of the test. */
async function timed(clock: ReturnType<typeof createHeapClock>, pending: Promise<unknown>): Promise<number> {
  const beganAt = clock.now();
  let isDone = false;
  void pending.then(() => (isDone = true));
  await settled();
  while (!isDone && clock.nextDueAt !== undefined) await clock.advanceAsync(Math.max(0, clock.nextDueAt - clock.now()));
  expect(isDone).toBe(true);
  return clock.now() - beganAt;
}

describe('dialers whose peers answer no Close', () => {
  test.each([6, 1_000])('%d of them are stopped within one deadline', async (count) => {
    const { clock, supervisor } = aMuteWorld();
    await dialUp(count, supervisor);
    expect(await timed(clock, supervisor.stop())).toBeLessThanOrEqual(WITHIN_MS);
    expect(supervisor.stats().connections).toEqual({ connecting: 0, open: 0, closing: 0 });
  });

  test('are asked to end in reverse start order, all before the first has ended, and exit in that order', async () => {
    const { clock, supervisor, events } = aMuteWorld();
    await dialUp(3, supervisor);
    const stopped = supervisor.stop();
    expect(events).toEqual(['d2 stopping', 'd1 stopping', 'd0 stopping']);
    await timed(clock, stopped);
    expect(events.slice(3)).toEqual(['d2 exited', 'd1 exited', 'd0 exited']);
  });

  test('of child supervisors, at any depth, are stopped within one deadline', async () => {
    const { clock, supervisor } = aMuteWorld();
    for (let branch = 0; branch < 10; branch += 1) {
      let childSupervisor = supervisor;
      for (let depth = 0; depth < 5; depth += 1) childSupervisor = await childSupervisor.supervise();
      await dialUp(3, childSupervisor);
    }
    expect(await timed(clock, supervisor.stop())).toBeLessThanOrEqual(WITHIN_MS);
  });

  test.each(['one_for_all', 'rest_for_one'] as const)(
    'are stopped within one deadline on behalf of another: %s',
    async (strategy) => {
      const { clock, supervisor, transport } = aMuteWorld({ strategy });
      const child = new TestChild('a');
      await supervisor.startChild(child.spec());
      await dialUp(100, supervisor);
      child.exit('abnormal');
      await settled();
      expect(new Set(transport.dials.map(({ wire }) => wire.asked.at(-1)))).toEqual(new Set(['close 1001']));
      await clock.advanceAsync(WITHIN_MS);
      expect([transport.dials.length, child.isAlive]).toEqual([200, true]);
    },
  );

  test('are stopped within one deadline when their supervisor gives up', async () => {
    const { clock, supervisor } = aMuteWorld({ intensity: { maxRestarts: 0 } });
    const child = new TestChild('a');
    await supervisor.startChild(child.spec());
    await dialUp(100, supervisor);
    child.exit('abnormal');
    expect(await timed(clock, supervisor.ended)).toBeLessThanOrEqual(WITHIN_MS);
    expect(supervisor.state).toBe('failed');
  });

  test('each have their own budget', async () => {
    const { clock, supervisor, transport } = aMuteWorld();
    supervisor.dial({ id: 'a', url: 'ws://example.com/', shutdown: 100, handler: (connection) => connection.closed });
    supervisor.dial({
      id: 'b',
      url: 'ws://example.com/',
      shutdown: 'brutal',
      handler: (connection) => connection.closed,
    });
    await settled();
    const stopped = supervisor.stop();
    expect(transport.dials.map(({ wire }) => wire.asked)).toEqual([['close 1001'], ['close 1001', 'terminate']]);
    expect(await timed(clock, stopped)).toBe(100);
  });
});

describe('a worker', () => {
  test('outlives the dialers and listeners that were started after it, and is outlived by those before it', async () => {
    const { clock, supervisor, events } = aMuteWorld();
    const database = new TestChild('database', events);
    supervisor.dial({ id: 'log', url: 'ws://example.com/', handler: (connection) => connection.closed });
    await settled();
    await supervisor.startChild(database.spec());
    await dialUp(2, supervisor);
    events.length = 0;
    await timed(clock, supervisor.stop());
    expect(events).toEqual([
      'd1 stopping',
      'd0 stopping',
      'd1 exited',
      'd0 exited',
      'database: shutDown 1001',
      'database exited',
      'log stopping',
      'log exited',
    ]);
  });

  test('of a child supervisor makes that supervisor wait, and be waited for', async () => {
    const { clock, supervisor, events } = aMuteWorld();
    const database = new TestChild('database', events);
    const childSupervisor = await supervisor.supervise({ id: 'storage' });
    await childSupervisor.startChild(database.spec());
    await dialUp(1, supervisor);
    events.length = 0;
    await timed(clock, supervisor.stop());
    expect(events).toEqual([
      'd0 stopping',
      'd0 exited',
      'database: shutDown 1001',
      'database exited',
      'storage exited',
    ]);
  });

  test('that says endsTogether does not', async () => {
    const { clock, supervisor, events } = aMuteWorld();
    const workers = ['a', 'b', 'c'].map((id) => new TestChild(id, events));
    for (const worker of workers) {
      worker.atShutDown = 'lingers';
      await supervisor.startChild({
        id: worker.id,
        shutdown: 100,
        start: () => ({ ...worker.start(), endsTogether: true }),
      });
    }
    events.length = 0;
    expect(await timed(clock, supervisor.stop())).toBe(100);
    expect(events.slice(0, 3)).toEqual(['c: shutDown 1001', 'b: shutDown 1001', 'a: shutDown 1001']);
  });

  test('a dialer may be made to wait like one', async () => {
    const { clock, supervisor, events } = aMuteWorld();
    await supervisor.startChild({
      id: 'first',
      start: (child) => ({
        ...child.dial({ url: 'ws://example.com/', handler: (connection) => connection.closed }),
        endsTogether: false,
      }),
    });
    await settled();
    await dialUp(1, supervisor);
    await timed(clock, supervisor.stop());
    expect(events).toEqual(['d0 stopping', 'd0 exited', 'first stopping', 'first exited']);
  });
});
