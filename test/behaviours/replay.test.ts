/** What a supervisor leaves to chance can be replayed: all of it comes from `random`. */
import { describe, expect, test } from 'vitest';
import type { Supervisor } from '../../src/supervisor/api/supervisor.js';
import { aDrain, closeOf } from '../support/a-drain.js';
import { aSupervisor } from '../support/a-supervisor.js';
import { settled } from '../support/settled.js';

/** A generator of numbers that is the same for the same seed: mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** How long a dialer that never connects waits before each of its attempts, in ms. */
async function backoffs(seed: number, on: (supervisor: Supervisor) => Promise<Supervisor>): Promise<readonly number[]> {
  const { supervisor, transport, clock, events } = aSupervisor({ random: seeded(seed) });
  const parent = await on(supervisor);
  parent.dial({ url: 'ws://example.com/', handler: (connection) => connection.closed });
  for (let attempt = 1; attempt <= 5; attempt++) {
    await settled();
    transport.lastWire.emitClosed({ kind: 'dial-failed' });
    await clock.advanceAsync(60_000);
  }
  const stopped = supervisor.stop();
  transport.lastWire.emitClosed({ kind: 'dial-failed' });
  await stopped;
  return events.flatMap((event) =>
    event.type === 'dialer.status' && event.status.type === 'waiting' ? [event.status.delayMs] : [],
  );
}

/** The clients of a drain in the order in which they were closed, each with the reason, which advises a delay. */
async function drainOrder(seed: number): Promise<readonly (readonly [client: number, reason: string])[]> {
  const scene = aDrain({ random: seeded(seed) });
  const { supervisor, clock } = scene;
  await scene.listen();
  const clients = scene.open(20);
  const closed: (readonly [number, string])[] = [];
  const drained = supervisor.drain({ notReadyFirstMs: 0, spreadMs: 2_000, adviseReconnectMs: 10_000 });
  for (let at = 0; at <= 2_500; at += 50) {
    await clock.advanceAsync(50);
    for (const [index, { wire, answer }] of clients.entries()) {
      const close = closeOf(wire);
      if (close === undefined || closed.some(([other]) => other === index)) continue;
      closed.push([index, close.reason]);
      answer();
    }
  }
  await clock.advanceAsync(5_000);
  await drained;
  return closed;
}

describe('with the same random, and the same events, a supervisor does the same', () => {
  test.each<[string, (supervisor: Supervisor) => Promise<Supervisor>]>([
    ['its own', async (supervisor) => supervisor],
    ['a child supervisor', (supervisor) => supervisor.supervise({ id: 'rooms' })],
  ])('backoffs of dialers: %s', async (_whose, on) => {
    const first = await backoffs(1, on);
    expect(first).toHaveLength(5);
    expect(await backoffs(1, on)).toEqual(first);
    expect(await backoffs(2, on)).not.toEqual(first);
  });

  test('the order of a drain, and the delays it advises', async () => {
    const first = await drainOrder(1);
    expect(first).toHaveLength(20);
    expect(new Set(first.map(([, reason]) => reason)).size).toBeGreaterThan(1);
    expect(await drainOrder(1)).toEqual(first);
    expect(await drainOrder(2)).not.toEqual(first);
  });
});
