import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { FAULTS } from './all-faults.js';
import type { Run, RunNews } from './run-cell.js';
import type { Cell, Fault } from './table.js';

/** The folder for what was seen, from which docs/faults.md is made; none unless `npm run faults` asks for it. */
const INTO = process.env['WIREKEEPER_FAULTS_INTO'];

/**
 * Holds every cell of some faults: exactly what the table says, within the bound, and nothing is left.
 *
 * @param name of the file of what was seen; `undefined` for what is no part of docs/faults.md.
 * @param runOf what a cell has come to; it may throw or reject.
 */
export function holdCells<Strike>(
  name: string | undefined,
  faults: readonly Fault<Strike>[],
  cells: readonly Cell<Strike>[],
  runOf: (cell: Cell<Strike>) => Run | Promise<Run>,
): void {
  const seen: object[] = [];

  describe.each(faults.map((fault) => fault.name))('%s', (fault) => {
    test.each(cells.filter((cell) => cell.fault === fault))('$phase, $role, $protocol', async (cell) => {
      const run = await runOf(cell);
      expect(run.seen).toEqual([cell.outcome]);
      expect(run.left).toEqual([]);
      expect(run.tookMs).toBeLessThan(run.boundMs);
      const { phase, role, protocol, within, why } = cell;
      seen.push({ fault, phase, role, protocol, outcome: run.seen[0], within, why, tookMs: Math.round(run.tookMs) });
    });
  });

  afterAll(() => {
    if (INTO === undefined || name === undefined) return;
    const shown = faults.map(({ name: fault, how }) => ({
      name: fault,
      how,
      at: FAULTS.findIndex(({ name: other }) => other === fault),
    }));
    writeFileSync(join(INTO, `${name}.json`), JSON.stringify({ faults: shown, seen }));
  });
}

/** What cells have come to. */
export class Runs<Strike> {
  readonly #runs = new Map<Cell<Strike>, Promise<Run>>();

  /** Notes a run that has begun, and waits for its end, however it ends: `of` is for who wants to know that. */
  async add(cell: Cell<Strike>, run: Promise<Run>): Promise<void> {
    this.#runs.set(cell, run);
    await run.catch(() => {});
  }

  readonly of = (cell: Cell<Strike>): Promise<Run> =>
    this.#runs.get(cell) ?? Promise.reject(new Error('the cell was not run'));
}

/** The runs that a process of its own reports. */
export class HeardRuns<Strike> {
  readonly #cells: readonly Cell<Strike>[];
  readonly #news = new Map<number, RunNews>();

  constructor(cells: readonly Cell<Strike>[]) {
    this.#cells = cells;
  }

  readonly hear = (news: RunNews): void => void this.#news.set(news.cell, news);

  readonly of = (cell: Cell<Strike>): Run => {
    const news = this.#news.get(this.#cells.indexOf(cell));
    if (news === undefined) throw new Error('the process has not run the cell');
    if ('error' in news) throw new Error(news.error);
    return news.run;
  };
}
