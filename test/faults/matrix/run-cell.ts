import { boundMs } from './cell.js';
import { type Means, Scene } from './scene.js';
import type { Seen } from './supervised-side.js';
import type { Cell } from './table.js';
import { until } from './until.js';

/** How long what is to go on may take, on a busy machine. */
const GOES_ON_WITHIN_MS = 40_000;

/** How long what has ended may take to be gone. */
const GONE_WITHIN_MS = 5_000;

/** What a cell has come to. */
export interface Run {
  /** What was seen, in order; exactly one. */
  readonly seen: readonly Seen['outcome'][];
  /** From the fault to the first of them, in ms. */
  readonly tookMs: number;
  /** The bound on that, in ms. */
  readonly boundMs: number;
  /** What was left behind, one line each. */
  readonly left: readonly string[];
}

/** What a process of its own reports of a cell: its number in the table, and the run, or why there was none. */
export type RunNews = { readonly cell: number; readonly run: Run } | { readonly cell: number; readonly error: string };

/** Reports a run to the process that has started this one. */
export async function reportRun(cell: number, run: Promise<Run>): Promise<void> {
  const news = await run.then(
    (done): RunNews => ({ cell, run: done }),
    (error: unknown): RunNews => ({ cell, error: String(error) }),
  );
  process.send?.(news);
}

/** Measures how long this process, with everything in it, is kept from running. */
export class StallWatch implements Disposable {
  #stalledMs = 0;
  #at = performance.now();
  readonly #timer = setInterval(() => {
    const now = performance.now();
    this.#stalledMs += Math.max(0, now - this.#at - 25);
    this.#at = now;
  }, 10);

  get stalledMs(): number {
    return this.#stalledMs;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/** Runs one cell to its end. */
export async function runCell<Strike>(cell: Cell<Strike>, means: Means<Strike>, stalls: StallWatch): Promise<Run> {
  await using scene = new Scene(cell, means);
  const stalledBefore = stalls.stalledMs;
  await scene.run();
  const { side } = scene;
  const bound = () => boundMs(cell.within, cell.limits, stalls.stalledMs - stalledBefore);
  const done = async (outcomes: readonly Seen['outcome'][], at: number): Promise<Run> => {
    const tookMs = at - scene.struckAt;
    means.relent?.();
    await until(() => side.left.length === 0, 'nothing is left', GONE_WITHIN_MS).catch(() => {});
    const { left } = side;
    return { seen: outcomes, tookMs, boundMs: bound(), left };
  };
  switch (cell.outcome.is) {
    case 'unharmed': {
      if (cell.phase !== 'closing') {
        const connection = await side.connection(GOES_ON_WITHIN_MS);
        await scene.echoes('still here');
        connection.close(4001, 'ours');
      }
      const { outcome, at } = await side.end(GOES_ON_WITHIN_MS);
      const isClean = JSON.stringify(outcome) === JSON.stringify(CLEAN);
      return await done(
        [...(isClean ? [cell.outcome] : [outcome]), ...side.seen.slice(1).map((more) => more.outcome)],
        at,
      );
    }
    case 'unseen': {
      await until(() => scene.peer.hasEnded, 'the end of TCP', boundMs(cell.within, cell.limits, 0) * 2);
      return await done([cell.outcome, ...side.seen.map((more) => more.outcome)], performance.now());
    }
    case 'dropped':
      throw new Error('a client that is dropped has a runner of its own');
    case 'report':
    case 'refused': {
      const { at } = await side.end(boundMs(cell.within, cell.limits, 0) * 3);
      const run = await done([], at);
      return { ...run, seen: side.seen.map(({ outcome }) => outcome) };
    }
  }
}

/** What a connection reports that nothing has happened to. */
const CLEAN: Seen['outcome'] = {
  is: 'report',
  verdict: { outcome: 'closed', trigger: 'close-called', phase: 'open', startedBy: 'local', code: 4001 },
};
