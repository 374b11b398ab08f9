import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionQuery } from '../../../src/inspect/dashboard/protocol/tables.js';
import { createMemoryTransport } from '../../../src/testing/memory-transport.js';
import { aDashboard, type TestViewer } from '../../support/dashboard-scene.js';

const CONNECTIONS = Number(process.env['WIREKEEPER_VIEWED'] ?? 100_000);
const OPENED_WITHIN_MS = 120_000;

/** The dashboard blocks the event loop of its service for so long at a time at most, collections of garbage aside. */
const MOST_BLOCKED_MS = 20;

const OPTIONS = { maxPayloadBytes: 1 << 20, maxFragments: 1024, perMessageDeflate: false };

/** What this process has had of the processor so far. */
const workedMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/**
 * Turns the event loop, and returns the longest time that the process worked between two turns. Collections of garbage
 * do not count, nor does the time in which others had the processor.
 */
async function longestTurn(during: () => Promise<unknown>): Promise<number> {
  const collections: { readonly from: number; readonly to: number }[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      collections.push({ from: startTime, to: startTime + duration });
  });
  observer.observe({ entryTypes: ['gc'] });
  const turns: { readonly from: number; readonly to: number; readonly worked: number }[] = [];
  let isOver = false;
  const watching = (async () => {
    let [from, before] = [performance.now(), workedMs()];
    while (!isOver) {
      await turn();
      const [to, after] = [performance.now(), workedMs()];
      turns.push({ from, to, worked: after - before });
      [from, before] = [to, after];
    }
  })();
  await during();
  isOver = true;
  await watching;
  // The entries of the collector come a turn later.
  await turn();
  await turn();
  observer.disconnect();
  // An idle loop turns so often that the turns are too many for the arguments of one call.
  return turns.reduce((longest, { from, to, worked }) => {
    const overlaps = collections.map((own) => Math.max(0, Math.min(to, own.to) - Math.max(from, own.from)));
    return Math.max(longest, Math.min(to - from, worked) - overlaps.reduce((sum, overlap) => sum + overlap, 0));
  }, 0);
}

describe(`a dashboard of ${CONNECTIONS} connections`, () => {
  const transport = createMemoryTransport();
  let scene: Awaited<ReturnType<typeof aDashboard>>;
  let viewer: TestViewer;

  beforeAll(async () => {
    scene = await aDashboard(
      {},
      { transport, limits: { maxConnections: CONNECTIONS + 1, maxHandshakes: CONNECTIONS } },
    );
    const { listener, supervisor } = scene;
    for (let index = 0; index < CONNECTIONS; index += 1) {
      const url = `ws://127.0.0.1:${listener.address?.port}/rooms/${index}`;
      transport.dial({ url, headers: {}, protocols: [], tls: {}, options: OPTIONS }).facts$.subscribe();
      if (index % 1000 === 0) await turn();
    }
    while (supervisor.connections.size < CONNECTIONS) await turn();
    viewer = await scene.view();
    await look({ search: 'rooms/1', sort: { by: 'bytesIn', descending: true } }, 0);
  }, OPENED_WITHIN_MS);

  afterAll(() => scene[Symbol.asyncDispose](), OPENED_WITHIN_MS);

  let looks = 0;
  function look(query: ConnectionQuery, first: number) {
    looks += 1;
    const mine = looks;
    viewer.send({ type: 'look', look: mine, table: 'connections', query, first, count: 100 });
    return viewer.next('rows', (rows) => rows.look === mine);
  }

  test.each<[string, ConnectionQuery, number]>([
    ['all, latest first', {}, 0],
    ['all by id', { sort: { by: 'id', descending: false } }, 50_000],
    ['all by bytes', { sort: { by: 'bytesOut', descending: true } }, 99_000],
    ['those that a search finds', { search: 'rooms/77' }, 0],
    ['none', { search: 'javascript:' }, 0],
  ])('finds %s without blocking the loop', async (_what, query, first) => {
    let total = 0;
    const blocked = await longestTurn(async () => {
      ({ total } = await look(query, Math.min(first, CONNECTIONS - 100)));
    });
    expect(total).toBeLessThanOrEqual(CONNECTIONS);
    expect(blocked).toBeLessThan(MOST_BLOCKED_MS);
  });

  test('scrolls through the whole table without looking for the result again', async () => {
    const sort = { by: 'remoteAddress', descending: false } as const;
    await look({ sort }, 0);
    const blocked = await longestTurn(async () => {
      for (let step = 0; step < 100; step += 1) await look({ sort }, Math.floor((step * CONNECTIONS) / 100));
    });
    expect(blocked).toBeLessThan(MOST_BLOCKED_MS);
  });

  test('overviews and windows that are kept up to date do not block the loop either', async () => {
    await look({ sort: { by: 'bytesIn', descending: true } }, 0);
    const blocked = await longestTurn(async () => {
      await viewer.next('overview');
      await viewer.next('overview');
      await viewer.next('overview');
    });
    expect(blocked).toBeLessThan(MOST_BLOCKED_MS);
  });

  test('sixteen viewers that all search at once do not block the loop', async () => {
    const others = await Promise.all(Array.from({ length: 15 }, () => scene.view()));
    const blocked = await longestTurn(() =>
      Promise.all(
        others.map((other, index) => {
          const query = { search: `rooms/${index}`, sort: { by: 'bytesIn', descending: true } } as const;
          other.send({ type: 'look', look: 1, table: 'connections', query, first: 0, count: 100 });
          return other.next('rows');
        }),
      ),
    );
    for (const other of others) other.connection.close();
    expect(blocked).toBeLessThan(MOST_BLOCKED_MS);
  });
});
