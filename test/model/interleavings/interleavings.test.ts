/** Whatever happens in whatever order, a supervisor keeps what it promises: see `account.ts`. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { play, type Tally } from './play.js';
import { RandomRuns } from './random-runs.js';
import { scenarios } from './scenario.js';

const random = new RandomRuns({ runs: 600, withinMs: 7_000, atLeast: 150 });
const tally: Tally = { runs: 0, tasks: 0, connections: 0, triggers: new Map() };

test(
  `random interleavings of commands, facts, and deadlines (WIREKEEPER_SEED=${random.seed})`,
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), scenarios, async (scheduler, scenario) => {
        if (random.goesOn) await play(scheduler, scenario, tally);
      }),
      random.parameters,
    );
    const { runs, tasks, connections, triggers } = tally;
    const endings = [...triggers].toSorted(([, a], [, b]) => b - a).map(([word, times]) => `${times} ${word}`);
    process.stdout.write(
      `interleavings: ${runs} runs with ${tasks} tasks and ${connections} connections, seed ${random.seed}: ${endings.join(', ')}\n`,
    );
    // One run, replayed, has few.
    if (runs > 100) expect([...triggers.keys()]).toEqual(expect.arrayContaining(OFTEN));
  },
  random.timeoutMs,
);

/** So often that a hundred runs without one of them have gone wrong. */
const OFTEN = ['supervisor-stopped', 'close-called', 'dial-failed', 'refused', 'open-deadline'];
