import { expect, test } from 'vitest';
import { KeepAlive } from '../../../src/supervisor/time/keep-alive.js';
import { aSupervisor } from '../../support/a-supervisor.js';
import { settled } from '../../support/settled.js';

/** A clock's holds, counted. */
function aHoldingClock() {
  const counts = { taken: 0, released: 0 };
  const keepAlive = () => {
    counts.taken += 1;
    return () => {
      counts.released += 1;
    };
  };
  return { counts, keepAlive };
}

test('asks the clock for one hold, however much is owed, and lets go with the last of it', () => {
  const { counts, keepAlive } = aHoldingClock();
  const alive = new KeepAlive({ keepAlive });
  const [first, second] = [alive.hold(), alive.hold()];
  first();
  expect([counts, alive.isHeld]).toEqual([{ taken: 1, released: 0 }, true]);
  second();
  expect([counts, alive.isHeld]).toEqual([{ taken: 1, released: 1 }, false]);
  alive.hold()();
  expect(counts).toEqual({ taken: 2, released: 2 });
});

test('a release counts once', () => {
  const { counts, keepAlive } = aHoldingClock();
  const alive = new KeepAlive({ keepAlive });
  const [first, second] = [alive.hold(), alive.hold()];
  first();
  first();
  expect(counts.released).toBe(0);
  second();
  expect(counts.released).toBe(1);
});

test('a clock without keepAlive holds nothing, and is not asked to', () => {
  const alive = new KeepAlive({});
  const letGo = alive.hold();
  expect(alive.isHeld).toBe(true);
  letGo();
});

/** A supervisor on a clock that counts its holds. */
function aHoldingSupervisor(options: Parameters<typeof aSupervisor>[0] = {}) {
  const { counts, keepAlive } = aHoldingClock();
  const scene = aSupervisor(options, keepAlive);
  return { ...scene, held: () => counts.taken - counts.released };
}

test('a dialer is owed from its first attempt until it has exited, whatever it waits for', async () => {
  const { supervisor, transport, clock, held } = aHoldingSupervisor({ dialLimiter: { perSecond: 1 } });
  expect(held()).toBe(0);
  const feed = supervisor.dial({ url: 'ws://example.com/', handler: (connection) => connection.closed });
  const queued = supervisor.dial({ url: 'ws://example.com/', handler: (connection) => connection.closed });
  await settled();
  expect([held(), queued.state]).toEqual([1, 'dialing']);
  transport.lastWire.emitClosed({ kind: 'dial-failed' });
  await settled();
  expect([held(), feed.state]).toEqual([1, 'waiting']);
  await feed.stop();
  expect(held()).toBe(1);
  await queued.stop();
  expect([held(), clock.pending]).toEqual([0, 0]);
});

test('a stop is owed until it is done, and a child that is being stopped until it has ended', async () => {
  const { supervisor, clock, held } = aHoldingSupervisor();
  const lingering = (id: string) => {
    let end = () => {};
    const exited = new Promise<{ readonly reason: 'abnormal' }>((resolve) => {
      end = () => resolve({ reason: 'abnormal' });
    });
    return supervisor.startChild({
      id,
      shutdown: 100,
      start: () => ({ handle: { kind: 'worker' }, exited, shutDown: () => {}, terminate: () => end() }),
    });
  };
  await lingering('a');
  await lingering('b');
  expect(held()).toBe(0);
  const terminated = supervisor.terminateChild('a');
  expect(held()).toBe(1);
  await clock.advanceAsync(100);
  await terminated;
  expect(held()).toBe(0);
  const stopped = supervisor.stop();
  expect(held()).toBe(1);
  await clock.advanceAsync(100);
  await stopped;
  await settled();
  expect(held()).toBe(0);
});

test('an open connection that is watched is not owed; a wait with a deadline is', async () => {
  const { supervisor, transport, clock, held } = aHoldingSupervisor({
    liveness: { pingEveryMs: 100 },
    limits: { idleWithinMs: 60_000 },
  });
  await supervisor.listen({ port: 0, handler: (connection) => connection.closed });
  transport.upgrade();
  const [connection] = supervisor.connections.values();
  expect([connection?.state, held()]).toEqual(['open', 0]);
  const late = expect(connection?.receive({ withinMs: 1_000 })).rejects.toThrow('no frame came');
  expect(held()).toBe(1);
  await clock.advanceAsync(1_100);
  await late;
  expect(held()).toBe(0);
});

test('keepAlive: false holds nothing, child supervisors included', async () => {
  const { supervisor, held } = aHoldingSupervisor({ keepAlive: false });
  const childSupervisor = await supervisor.supervise();
  const feed = childSupervisor.dial({ url: 'ws://example.com/', handler: (connection) => connection.closed });
  await settled();
  expect([feed.state, held()]).toEqual(['dialing', 0]);
});
