import { fileURLToPath } from 'node:url';
import { echoShare, supervisedIn } from './echo-share.mjs';

const WORKER = fileURLToPath(new URL('../servers/in-memory.mjs', import.meta.url));
const CONNECTIONS = 1000;
const SIZES = {
  full: { rounds: 40, ms: 500, memoryRounds: 3 },
  quick: { rounds: 16, ms: 400, memoryRounds: 2 },
  smoke: { rounds: 8, ms: 250, memoryRounds: 1 },
};

/** What a recorder costs the connections that it records. */
const recorded = (name, inFlight) => ({
  name,
  title: `echo, ${inFlight} in flight, 64 B, 1,000 connections, with a recorder against without`,
  chart: 'recordedShare',
  run: (bench) => {
    const { rounds, ms } = SIZES[bench.size];
    const metric = 'recordedShare';
    return echoShare(bench, { metric, connections: CONNECTIONS, inFlight, ms, rounds, begin: record });
  },
});

/** What a recorder keeps of connections that are idle and answer Pings, in a fresh process each time. */
const recordedMemory = {
  name: 'recorded-memory',
  title: 'memory of 10,000 idle in-memory connections with a recorder against without',
  chart: 'recordedBytes',
  run: async (bench) => {
    const { memoryRounds } = SIZES[bench.size];
    const peer = supervisedIn(bench);
    const slices = [];
    if (peer === undefined) return new Map();
    for (let round = 0; round < memoryRounds; round += 1) {
      bench.say(`round ${round + 1} of ${memoryRounds}`);
      const slice = await bench.attempt(peer.name, () =>
        bench.withProcess('in-memory', [process.execPath, '--expose-gc', WORKER], async (worker) => {
          await worker.ask('populate', { to: 10_000 });
          return worker.ask('recordedBytes');
        }),
      );
      if (slice === undefined) return new Map();
      slices.push(slice);
    }
    return new Map([[peer.name, slices]]);
  },
};

export const recordedScenarios = [recorded('recorded-1', 1), recorded('recorded-32', 32), recordedMemory];

async function record({ server }) {
  await server.ask('record');
  return () => server.ask('unrecord');
}
