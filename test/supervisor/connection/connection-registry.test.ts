import { describe, expect, test } from 'vitest';
import { ConnectionActor } from '../../../src/supervisor/connection/connection-actor.js';
import { ConnectionRegistry } from '../../../src/supervisor/connection/connection-registry.js';
import { DEFAULT_LIMITS } from '../../../src/supervisor/options/options.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';
import { aParent } from '../../support/a-parent.js';
import { FakeWire } from '../../support/fake-wire.js';
import { aReport } from '../../support/reports.js';

const clock = createHeapClock();
const registry = (parent?: ConnectionRegistry, maxConnections = 10) =>
  new ConnectionRegistry(clock, { ...DEFAULT_LIMITS, maxConnections }, parent);

test('what a child registry counts its parent counts, and not the other way round', () => {
  const parent = registry();
  const child = registry(parent);
  child.stateChanged('accepted', undefined, 'open');
  child.refused(403, 'origin');
  child.handshakes(1);
  child.handlerLingers(1);
  parent.refused(404, 'path');
  expect(parent.stats()).toMatchObject({
    connections: { open: 1 },
    refused: { 403: 1, 404: 1 },
    refusedBy: { origin: 1, path: 1 },
    handshakesInFlight: 1,
    lingeringHandlers: 1,
  });
  expect(child.stats()).toMatchObject({
    connections: { open: 1 },
    refused: { 403: 1 },
    handshakesInFlight: 1,
    lingeringHandlers: 1,
  });
});

test('frames are summed up over the tree, and stay when a child registry has closed', () => {
  const parent = registry();
  const middle = registry(parent);
  const child = registry(middle);
  parent.totals.framesIn += 1;
  middle.totals.framesIn += 10;
  child.totals.framesIn += 100;
  const frames = () => [parent, middle, child].map((one) => one.stats().framesIn);
  expect(frames()).toEqual([111, 110, 100]);
  child.close();
  expect(frames()).toEqual([111, 110, 100]);
  middle.close();
  expect(parent.stats().framesIn).toBe(111);
});

test('events go to the parent, whose subscribers count as observers', () => {
  const parent = registry();
  const child = registry(parent);
  expect(child.isObserved).toBe(false);
  const types: string[] = [];
  parent.events$.subscribe(({ type }) => types.push(type));
  expect(child.isObserved).toBe(true);
  child.publish({ type: 'observer.threw', error: 1 });
  expect(types).toEqual(['observer.threw']);
});

test('there is room only where the parent has room', () => {
  const parent = registry(undefined, 0);
  expect([parent.hasRoom(), registry(parent).hasRoom(), registry(registry()).hasRoom()]).toEqual([false, false, true]);
});

test('one wheel turns for the whole tree, until the root closes', () => {
  const parent = registry();
  const child = registry(parent);
  expect(child.wheel).toBe(parent.wheel);
  const task = { wheelSlot: undefined, onDue: () => {} };
  child.close();
  parent.wheel.schedule(task, 100);
  expect(parent.wheel.size).toBe(1);
  parent.close();
  expect(parent.wheel.size).toBe(0);
});

const aConnection = (id: string) =>
  new ConnectionActor({ id, parent: aParent(), role: 'accepted', wire: new FakeWire() });

describe('a stall in which no deadline fell', () => {
  /** A clock that counts how long the loop was busy, as the system's does. */
  function counting() {
    const time = createHeapClock();
    const stall = { ms: 0 };
    return { time, stall, counted: { ...time, now: () => time.now() + stall.ms, busyMs: () => stall.ms } };
  }

  // It was found only if a timer had been due in it.
  test('is known as it was, as soon as it is over', () => {
    const { time, stall, counted } = counting();
    const root = new ConnectionRegistry(counted, DEFAULT_LIMITS, undefined);
    const connection = aConnection('a');
    root.register(connection);
    time.advance(500);
    stall.ms += 4_000;
    expect(root.wheel.stalledMs).toBe(4_000);
    root.unregister(connection, aReport());
    expect([time.pending, root.stats().localStallMs]).toEqual([0, 4_000]);
  });

  test('is looked for only while there are connections', () => {
    const { time, counted } = counting();
    const root = new ConnectionRegistry(counted, DEFAULT_LIMITS, undefined);
    expect(time.pending).toBe(0);
    const connections = [aConnection('a'), aConnection('b')];
    for (const connection of connections) root.register(connection);
    time.advance(60_000);
    expect(time.pending).toBe(1);
    for (const connection of connections) root.unregister(connection, aReport());
    expect(time.pending).toBe(0);
  });
});
