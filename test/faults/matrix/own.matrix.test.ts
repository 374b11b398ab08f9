import { beforeAll, describe, expect, test } from 'vitest';
import { LocalMeans } from './local-means.js';
import { CLOCK_FAULTS, STALL_FAULTS, STALL_MS } from './own-faults.js';
import { Barrier, PeerProcess, ProcessMeans, peerProgram } from './peer-process.js';
import { type Run, runCell, StallWatch } from './run-cell.js';
import { type Cell, cellsOf } from './table.js';
import { until } from './until.js';

const CLOCK_CELLS = cellsOf(CLOCK_FAULTS);
const STALL_CELLS = cellsOf(STALL_FAULTS);
const CELLS = [...CLOCK_CELLS, ...STALL_CELLS];

const runs = new Map<unknown, Promise<Run>>();

/** Stands still. */
function stall(): void {
  const end = performance.now() + STALL_MS;
  while (performance.now() < end);
}

async function runClockCells(stalls: StallWatch): Promise<void> {
  for (const cell of CLOCK_CELLS) runs.set(cell, runCell(cell, new LocalMeans(), stalls));
  await Promise.allSettled(CLOCK_CELLS.map((cell) => runs.get(cell)));
}

/** One stall strikes all cells. Those with a deadline in their phase come last, so that it has not passed before. */
async function runStallCells(stalls: StallWatch): Promise<void> {
  await using program = await peerProgram();
  await using peers = await PeerProcess.start(program.path);
  // What the peers are asked for behind the fault has left for them by then, and no answer has come.
  const barrier = new Barrier(STALL_CELLS.length, () => setImmediate(stall));
  const start = (cell: Cell<'stall'>) =>
    runs.set(cell, runCell(cell, new ProcessMeans<'stall'>(peers, () => barrier.pass()), stalls));
  const open = STALL_CELLS.filter(({ phase }) => phase === 'open');
  for (const cell of open) start(cell);
  await until(() => barrier.waiting === open.length, 'the open ones in their phase', 20_000);
  for (const cell of STALL_CELLS) if (cell.phase !== 'open') start(cell);
  await Promise.allSettled(STALL_CELLS.map((cell) => runs.get(cell)));
}

beforeAll(async () => {
  using stalls = new StallWatch();
  await runClockCells(stalls);
  await runStallCells(stalls);
}, 120_000);

describe.each([...CLOCK_FAULTS, ...STALL_FAULTS].map(({ name }) => name))('%s', (fault) => {
  test.each(CELLS.filter((cell) => cell.fault === fault))('$phase, $role, $protocol', async (cell) => {
    const run = await runs.get(cell);
    expect(run?.seen).toEqual([cell.outcome]);
    expect(run?.left).toEqual([]);
    expect(run?.tookMs).toBeLessThan(run?.boundMs ?? 0);
  });
});
