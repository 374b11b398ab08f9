import { fileURLToPath } from 'node:url';
import { median } from '../report/statistics.mjs';

const WORKER = fileURLToPath(new URL('../servers/in-memory.mjs', import.meta.url));
const LOW = 1000;
const STEP = 1000;
const SIZES = {
  full: { rounds: 3, steps: 7, populations: [10_000, 100_000] },
  quick: { rounds: 2, steps: 5, populations: [100_000] },
  smoke: { rounds: 3, steps: 7, populations: [20_000] },
};
const ASKS = ['startStop', 'sweep', 'look'];

/** What one connection costs to start, stop, ping, find, and lose, among many and among few, without sockets. */
export const inMemory = {
  name: 'in-memory',
  title: 'start, stop, heartbeat, stats, loss: 100,000 in-memory connections against 1,000 (20,000 with --smoke)',
  chart: 'startGrowth',
  run: async (bench) => {
    const { rounds, steps, populations } = SIZES[bench.size];
    const peer = bench.peersFor('echo').find(({ name }) => name === 'supervised');
    const samples = new Map();
    if (peer === undefined) return samples;
    const slices = [];
    for (let round = 0; round < rounds; round += 1) {
      bench.say(`round ${round + 1} of ${rounds}`);
      const slice = await bench.attempt(peer.name, () =>
        bench.withProcess('in-memory', [process.execPath, '--expose-gc', WORKER], (worker) =>
          growth(worker, steps, populations),
        ),
      );
      if (slice === undefined) return samples;
      slices.push(slice);
    }
    return samples.set(peer.name, slices);
  },
};

async function growth(worker, steps, populations) {
  await costsAt(worker, LOW, steps);
  const low = await costsAt(worker, LOW, steps);
  let high = low;
  for (const population of populations) high = await costsAt(worker, population, steps);
  const { dropUs: highDropUs } = await worker.ask('massDisconnect');
  const lowDrops = [];
  for (let step = 0; step < steps; step += 1) {
    await worker.ask('populate', { to: LOW });
    lowDrops.push((await worker.ask('massDisconnect')).dropUs);
  }
  return {
    startUs: low.startUs,
    stopUs: low.stopUs,
    sweepUs: low.sweepUs,
    startGrowth: high.startUs / low.startUs,
    stopGrowth: high.stopUs / low.stopUs,
    sweepGrowth: high.sweepUs / low.sweepUs,
    statsGrowth: high.statsUs / low.statsUs,
    lookupGrowth: high.lookupUs / low.lookupUs,
    dropGrowth: highDropUs / median(lowDrops),
  };
}

/** Medians of several steps at one population. */
async function costsAt(worker, population, steps) {
  await worker.ask('populate', { to: population });
  const costs = [];
  for (let step = 0; step < steps; step += 1) {
    const answers = [];
    for (const ask of ASKS) answers.push(await worker.ask(ask, { count: STEP }));
    costs.push(Object.assign({}, ...answers));
  }
  return Object.fromEntries(Object.keys(costs[0]).map((key) => [key, median(costs.map((cost) => cost[key]))]));
}
