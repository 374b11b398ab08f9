import { beforeAll } from 'vitest';
import { holdCells, Runs } from './hold-cells.js';
import { LocalMeans } from './local-means.js';
import { CLOCK_FAULTS } from './own-faults.js';
import { runCell, StallWatch } from './run-cell.js';
import { cellsOf } from './table.js';

const cells = cellsOf(CLOCK_FAULTS);
const runs = new Runs<(typeof cells)[number]['strike']>();

beforeAll(async () => {
  using stalls = new StallWatch();
  await Promise.all(cells.map((cell) => runs.add(cell, runCell(cell, new LocalMeans(), stalls))));
});

holdCells('clock', CLOCK_FAULTS, cells, runs.of);
