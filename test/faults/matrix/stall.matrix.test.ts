import { beforeAll } from 'vitest';
import { bundleProgram } from '../../support/bundle-program.js';
import { holdCells, Runs } from './hold-cells.js';
import { STALL_FAULTS, STALL_MS } from './own-faults.js';
import { Barrier, PEER_PROGRAM, PeerProcess, ProcessMeans } from './peer-process.js';
import { runCell, StallWatch } from './run-cell.js';
import { type Cell, cellsOf } from './table.js';
import { until } from './until.js';

const cells = cellsOf(STALL_FAULTS);
const runs = new Runs<'stall'>();

/** Stands still. */
function stall(): void {
  const end = performance.now() + STALL_MS;
  while (performance.now() < end);
}

// One stall strikes all cells. Those with a deadline in their phase come last, so that it has not passed before.
beforeAll(async () => {
  using stalls = new StallWatch();
  await using program = await bundleProgram(PEER_PROGRAM);
  await using peers = await PeerProcess.start(program.path);
  // What the peers are asked for behind the fault has left for them by then, and no answer has come.
  const barrier = new Barrier(cells.length, () => setImmediate(stall));
  const run = (cell: Cell<'stall'>) =>
    runs.add(cell, runCell(cell, new ProcessMeans<'stall'>(peers, () => barrier.pass()), stalls));
  const open = cells.filter(({ phase }) => phase === 'open');
  const openRuns = open.map(run);
  await until(() => barrier.waiting === open.length, 'the open ones in their phase', 20_000);
  const others = cells.filter(({ phase }) => phase !== 'open');
  await Promise.all([...openRuns, ...others.map(run)]);
});

holdCells('stall', STALL_FAULTS, cells, runs.of);
