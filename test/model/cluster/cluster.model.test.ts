/**
 * Random histories of clients that come and go, publications, and faults, on the broker in memory, against what
 * docs/cluster.md promises. `WIREKEEPER_RUNS=100000` makes more of them.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RandomRuns } from '../interleavings/random-runs.js';
import { ClusterWorld } from './cluster-world.js';

type Command = readonly [name: string, run: (world: ClusterWorld) => void | Promise<void>];

const number = fc.nat({ max: 11 });

const commands: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(number, fc.integer({ min: 1, max: 20 }))
      .map(([node, count]): Command => [`publish ${count} on ${node}`, (world) => world.publish(node, count)]),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(number, number)
      .map(([who, node]): Command => [`${who} comes to ${node}`, (world) => world.come(who, node)]),
  },
  { weight: 2, arbitrary: number.map((who): Command => [`${who} leaves`, (world) => world.leave(who)]) },
  { weight: 2, arbitrary: number.map((node): Command => [`cut ${node}`, (world) => world.cut(node)]) },
  { weight: 1, arbitrary: number.map((node): Command => [`isolate ${node}`, (world) => world.isolate(node)]) },
  { weight: 1, arbitrary: number.map((node): Command => [`heal ${node}`, (world) => world.heal(node)]) },
  { weight: 1, arbitrary: fc.constant<Command>(['the broker stops', (world) => world.broker.stop()]) },
  { weight: 2, arbitrary: fc.constant<Command>(['the broker starts', (world) => world.broker.start()]) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(number, fc.boolean())
      .map(
        ([node, isKilled]): Command => [
          `${isKilled ? 'kill' : 'restart'} ${node}`,
          (world) => world.replace(node, isKilled),
        ],
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 0, max: 4 })
      .map((faults): Command => [`disturb ${faults}`, (world) => world.disturb(faults)]),
  },
  {
    weight: 3,
    arbitrary: fc.integer({ min: 1, max: 6_000 }).map((ms): Command => [`pass ${ms} ms`, (world) => world.pass(ms)]),
  },
);

const losing: fc.Arbitrary<Command> = fc.oneof(
  { weight: 12, arbitrary: commands },
  { weight: 1, arbitrary: fc.constant<Command>(['the broker loses its logs', (world) => world.loseLogs()]) },
);

/** Numbers that are the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function faultsAfter(history: readonly Command[], keeps: number, seed: number): Promise<readonly string[]> {
  const world = new ClusterWorld({ keeps, random: seeded(seed) });
  await world.start();
  try {
    for (const [, run] of history) await run(world);
    await world.settle();
    return await world.faults();
  } finally {
    await world.stop();
  }
}

test.each([
  ['with a history that keeps everything', commands, 100_000],
  ['with one that keeps little', commands, 5],
  ['with a broker that loses it', losing, 100_000],
] as const)(
  'a client that comes back has every message once, in order, or is said to miss some: %s',
  async (_what, arbitrary, keeps) => {
    const runs = new RandomRuns({ runs: 60, withinMs: 15_000, atLeast: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(arbitrary, { minLength: 1, maxLength: 25 }), fc.nat(), async (history, seed) => {
        if (!runs.goesOn) return;
        const faults = await faultsAfter(history, keeps, seed);
        expect({ history: history.map(([name]) => name), faults }).toEqual({ history: expect.anything(), faults: [] });
      }),
      runs.parameters,
    );
  },
  new RandomRuns({ runs: 60, withinMs: 15_000, atLeast: 5 }).timeoutMs,
);
