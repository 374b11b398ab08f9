import { beforeAll, describe, expect, test } from 'vitest';
import { NetworkMeans } from './network.js';
import { NETWORK_FAULTS } from './network-faults.js';
import { type Run, runCell, StallWatch } from './run-cell.js';
import { cellsOf } from './table.js';

const CELLS = cellsOf(NETWORK_FAULTS);

/** How many cells run at a time. */
const AT_ONCE = 32;

/** How long they may all take, on a busy machine. */
const WITHIN_MS = 120_000;

const runs = new Map<unknown, Promise<Run>>();

beforeAll(async () => {
  using stalls = new StallWatch();
  const waiting = [...CELLS];
  const worker = async () => {
    for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
      const run = runCell(cell, new NetworkMeans(), stalls);
      runs.set(cell, run);
      await run.catch(() => {});
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}, WITHIN_MS);

describe.each(NETWORK_FAULTS.map(({ name }) => name))('%s', (fault) => {
  test.each(CELLS.filter((cell) => cell.fault === fault))('$phase, $role, $protocol', async (cell) => {
    const run = await runs.get(cell);
    expect(run?.seen).toEqual([cell.outcome]);
    expect(run?.left).toEqual([]);
    expect(run?.tookMs).toBeLessThan(run?.boundMs ?? 0);
  });
});
