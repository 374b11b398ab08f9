import { beforeAll } from 'vitest';
import { holdCells, Runs } from './hold-cells.js';
import { NetworkMeans } from './network.js';
import { NETWORK_FAULTS } from './network-faults.js';
import { runCell, StallWatch } from './run-cell.js';
import { cellsOf } from './table.js';

/** How many cells run at a time. */
const AT_ONCE = 24;

const cells = cellsOf(NETWORK_FAULTS);
const runs = new Runs<(typeof cells)[number]['strike']>();

beforeAll(async () => {
  using stalls = new StallWatch();
  const waiting = [...cells];
  const worker = async () => {
    for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift())
      await runs.add(cell, runCell(cell, new NetworkMeans(), stalls));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
});

holdCells('network', NETWORK_FAULTS, cells, runs.of);
