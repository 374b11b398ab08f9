import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionQuery } from '../../../src/inspect/dashboard/protocol/tables.js';
import { aCrowdedDashboard, type TestViewer } from '../../support/dashboard-scene.js';
import { longestTurnEachTime } from '../../support/longest-turn.js';

const CONNECTIONS = Number(process.env['WIREKEEPER_VIEWED'] ?? 100_000);
const OPENED_WITHIN_MS = 120_000;

/** The dashboard blocks the event loop of its service for so long at a time at most, collections of garbage aside. */
const MOST_BLOCKED_MS = 20;

describe(`a dashboard of ${CONNECTIONS} connections`, () => {
  let scene: Awaited<ReturnType<typeof aCrowdedDashboard>>;
  let viewer: TestViewer;

  beforeAll(async () => {
    scene = await aCrowdedDashboard(CONNECTIONS);
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
    const blocked = await longestTurnEachTime(async () => {
      ({ total } = await look(query, Math.min(first, CONNECTIONS - 100)));
    }, MOST_BLOCKED_MS);
    expect(total).toBeLessThanOrEqual(CONNECTIONS);
    expect(blocked).toBeLessThan(MOST_BLOCKED_MS);
  });

  test('scrolls through the whole table without looking for the result again', async () => {
    const sort = { by: 'remoteAddress', descending: false } as const;
    await look({ sort }, 0);
    const blocked = await longestTurnEachTime(async () => {
      for (let step = 0; step < 100; step += 1) await look({ sort }, Math.floor((step * CONNECTIONS) / 100));
    }, MOST_BLOCKED_MS);
    expect(blocked).toBeLessThan(MOST_BLOCKED_MS);
  });

  test('overviews and windows that are kept up to date do not block the loop either', async () => {
    await look({ sort: { by: 'bytesIn', descending: true } }, 0);
    const blocked = await longestTurnEachTime(async () => {
      await viewer.next('overview');
      await viewer.next('overview');
      await viewer.next('overview');
    }, MOST_BLOCKED_MS);
    expect(blocked).toBeLessThan(MOST_BLOCKED_MS);
  });

  test('sixteen viewers that all search at once do not block the loop', async () => {
    const others = await Promise.all(Array.from({ length: 15 }, () => scene.view()));
    const blocked = await longestTurnEachTime(
      () =>
        Promise.all(
          others.map((other, index) => {
            const query = { search: `rooms/${index}`, sort: { by: 'bytesIn', descending: true } } as const;
            other.send({ type: 'look', look: 1, table: 'connections', query, first: 0, count: 100 });
            return other.next('rows');
          }),
        ),
      MOST_BLOCKED_MS,
    );
    for (const other of others) other.connection.close();
    expect(blocked).toBeLessThan(MOST_BLOCKED_MS);
  });
});
