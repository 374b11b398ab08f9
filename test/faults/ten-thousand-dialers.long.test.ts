import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Connection, createSupervisor, type Dialer, sharedCredentials } from '../../src/index.js';
import { type Book, KeepingServer } from '../support/keeping-server.js';

const DIALERS = 10_000;
const PER_SECOND = 1_000;
const IN_FLIGHT = 200;

/** One loopback address has about 28,000 ports. */
const ADDRESSES = 10;

/** Attempts made in vain before the server is back. */
const IN_VAIN = 1_500;

/** How long the token service takes to answer, in ms. */
const TOKEN_TAKES_MS = 20;

/**
 * How long all of them together may take to be up, in ms: a few times what the limit takes, for machines that are busy.
 */
const UP_WITHIN_MS = 4 * (DIALERS / PER_SECOND) * 1_000;

/** The most points in any window of this width in ms, its end excluded. */
function mostWithin(windowMs: number, points: readonly number[]): number {
  const sorted = [...points].sort((a, b) => a - b);
  let most = 0;
  let from = 0;
  for (const [to, point] of sorted.entries()) {
    while (point - (sorted[from] ?? 0) >= windowMs) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

/** Dialers of one supervisor, and their history. */
function aFleet(port: number) {
  const supervisor = createSupervisor({ dialLimiter: { inFlight: IN_FLIGHT, perSecond: PER_SECOND }, liveness: false });
  const fetches: boolean[] = [];
  const credentials = sharedCredentials(
    async ({ refresh }) => {
      fetches.push(refresh);
      await wait(TOKEN_TAKES_MS);
      return `token-${fetches.length}`;
    },
    { reuseMs: Number.POSITIVE_INFINITY },
  );
  /** When attempts were begun, Unix ms. */
  const starts: number[] = [];
  let most = 0;
  const dial = (n: number): Dialer => {
    let startedAt = 0;
    return supervisor.dial({
      id: `d${n}`,
      url: () => {
        startedAt = performance.timeOrigin + performance.now();
        starts.push(startedAt);
        if (starts.length % 100 === 0) most = Math.max(most, supervisor.stats().dials.inFlight);
        return `ws://127.0.0.${2 + (n % ADDRESSES)}:${port}/`;
      },
      headers: async (attempt) => ({
        authorization: `Bearer ${await credentials(attempt)}`,
        'x-child': attempt.dialer.id,
        'x-epoch': String(attempt.epoch),
        'x-start': String(startedAt),
      }),
      backoff: { initialMs: 200, maxMs: 1_000, stableAfterMs: 0, firstWithinMs: 2_000 },
      handler: (connection: Connection) => connection.closed,
    });
  };
  const dialers = Array.from({ length: DIALERS }, (_, n) => dial(n));
  return { supervisor, dialers, fetches, starts, mostInFlight: () => most };
}

/** Waits until all are up, on both sides. */
async function allUp({ supervisor }: ReturnType<typeof aFleet>): Promise<void> {
  await expect.poll(() => supervisor.stats().connections.open, { timeout: UP_WITHIN_MS, interval: 100 }).toBe(DIALERS);
}

/**
 * Holds the rate that the server saw to that of the starts. Accepts that come within 100 ms have set out within 100 ms
 * and what the slowest of them was longer on its way than the quickest: its own event loop, and the system's, may bunch
 * what came evenly.
 */
function checkRate(starts: readonly number[], { accepts, delays }: Book, what: string): void {
  const jitterMs =
    delays.reduce((a, b) => Math.max(a, b), 0) - delays.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const [ours, theirs] = [mostWithin(100, starts), mostWithin(100, accepts)];
  process.stdout.write(
    `${what}, in any 100 ms: at most ${ours} starts, ${theirs} accepts (some on their way ${jitterMs.toFixed(0)} ms longer than others)\n`,
  );
  expect(ours).toBeLessThanOrEqual(PER_SECOND / 10);
  expect(mostWithin(1_000, starts)).toBeLessThanOrEqual(PER_SECOND);
  expect(theirs).toBeLessThanOrEqual(mostWithin(100 + jitterMs, starts));
}

test(`${DIALERS} dialers whose server is killed come back when it does: at the limit's pace, each with one connection, all with one token`, async () => {
  let server = await KeepingServer.start('token-1');
  const { port } = server;
  const fleet = aFleet(port);
  try {
    await allUp(fleet);
    const first = await server.book();
    expect(first).toMatchObject({ live: DIALERS, refused: 0, faults: [] });
    checkRate(fleet.starts.splice(0), first, 'at first');
    expect(fleet.fetches).toEqual([false]);

    // Some are lost, some move: no dialer may have two connections meanwhile.
    await server.cut(500);
    for (const dialer of fleet.dialers.slice(-500)) dialer.redial('rebalanced');
    await expect.poll(() => fleet.starts.length, { timeout: UP_WITHIN_MS }).toBe(1_000);
    await allUp(fleet);
    expect(await server.book()).toMatchObject({ live: DIALERS, refused: 0, faults: [] });
    expect(fleet.fetches).toEqual([false]);

    await server.kill();
    fleet.starts.length = 0;
    await expect.poll(() => fleet.starts.length, { timeout: UP_WITHIN_MS }).toBeGreaterThan(IN_VAIN);
    // It has forgotten the old token, so that all must have a new one: one request for all, again.
    server = await KeepingServer.start('token-2', port);
    await allUp(fleet);
    const last = await server.book();
    expect(last).toMatchObject({ live: DIALERS, faults: [] });
    expect(last.refused).toBeGreaterThan(0);
    checkRate(fleet.starts, last, 'after the kill');
    expect(fleet.fetches).toEqual([false, true]);
    expect(fleet.mostInFlight()).toBeLessThanOrEqual(IN_FLIGHT);
    expect(fleet.supervisor.stats().dials).toEqual({ inFlight: 0, queued: 0 });
  } finally {
    void fleet.supervisor.terminate();
    await server.kill();
    await fleet.supervisor.stop();
  }
}, 180_000);
