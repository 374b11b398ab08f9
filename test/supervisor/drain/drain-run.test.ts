import { expect, test } from 'vitest';
import { aDrain, closeOf } from '../../support/a-drain.js';
import { settled } from '../../support/settled.js';

/** What a full drain and a partial one have in common. */
const KINDS = [
  ['full', {}],
  ['partial', { share: 1 }],
] as const;

test.each(KINDS)('the deadline of a %s drain is kept to the ms, by a timer of its own', async (_kind, options) => {
  const scene = aDrain({ limits: { closeWithinMs: 60_000 } });
  await scene.listen();
  const { wire } = scene.openOne();
  void scene.supervisor.drain({ spreadMs: 0, withinMs: 30_000, ...options });
  await scene.clock.advanceAsync(29_999);
  expect(wire.asked.at(-1)).not.toBe('terminate');
  await scene.clock.advanceAsync(1);
  expect(wire.asked.at(-1)).toBe('terminate');
});

test.each(KINDS)('a %s drain that may take for ever has no deadline', async (_kind, options) => {
  const scene = aDrain({ limits: { closeWithinMs: 3_600_000 } });
  await scene.listen();
  const client = scene.openOne();
  const drained = scene.supervisor.drain({ spreadMs: 0, withinMs: Number.POSITIVE_INFINITY, ...options });
  await scene.clock.advanceAsync(3_000_000);
  expect(client.wire.asked.at(-1)).not.toBe('terminate');
  client.answer();
  expect(await drained).toMatchObject({ clean: 1, durationMs: 3_000_000 });
});

test.each(KINDS)('a %s drain leaves nothing behind: no timer, no listener of its signal', async (_kind, options) => {
  const scene = aDrain();
  await scene.listen();
  const client = scene.openOne();
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners += 1;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners -= 1;
    remove(...args);
  };
  const drained = scene.supervisor.drain({ spreadMs: 0, signal, ...options });
  expect(listeners).toBe(1);
  await scene.clock.advanceAsync(10);
  client.answer();
  await drained;
  expect([listeners <= 0, scene.clock.pending]).toEqual([true, 0]);
});

test.each(KINDS)('a %s drain waits for handlers no longer than withinMs', async (_kind, options) => {
  const scene = aDrain();
  await scene.listen('door', { handler: () => new Promise(() => {}) });
  const client = scene.openOne();
  const drained = scene.supervisor.drain({ spreadMs: 0, withinMs: 300, ...options });
  await scene.clock.advanceAsync(100);
  client.answer();
  await scene.clock.advanceAsync(201);
  expect(await drained).toMatchObject({ clean: 1, lingering: [client.connection.id] });
});

test('a superseded drain gives handlers one turn of the loop, and names those that need more', async () => {
  const scene = aDrain();
  let handlers = 0;
  await scene.listen('door', {
    handler: (connection) => {
      handlers += 1;
      return handlers === 1 ? connection.closed : new Promise(() => {});
    },
  });
  const clients = scene.open(2);
  const drained = scene.supervisor.drain({ spreadMs: 10_000 });
  void scene.supervisor.stop();
  await settled();
  for (const client of clients) client.answer();
  await scene.clock.advanceAsync(1);
  expect(await drained).toMatchObject({ outcome: 'superseded', clean: 2, lingering: [clients[1]?.connection.id] });
});

test('progress of a few connections is published as each of them ends', async () => {
  const scene = aDrain();
  await scene.listen();
  const clients = scene.open(3);
  void scene.supervisor.drain({ spreadMs: 0 });
  await scene.clock.advanceAsync(10);
  expect(clients.every(({ wire }) => closeOf(wire) !== undefined)).toBe(true);
  for (const client of clients) client.answer();
  expect(scene.events.flatMap((event) => (event.type === 'drain.progress' ? [event.left] : []))).toEqual([2, 1, 0]);
});
