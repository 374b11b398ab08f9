import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { emptyAndFull } from './full.mjs';

const PROGRAM = fileURLToPath(new URL('../servers/start.mjs', import.meta.url));
const SIZES = { full: 15, quick: 7, smoke: 2 };

/** What a process that serves takes until it does, and before its first connection; a fresh one each time. */
export const startScenarios = emptyAndFull('start', (liveHeapMiB) => ({
  title: 'the start of a server',
  chart: 'importMs',
  run: async (bench) => {
    const rounds = SIZES[bench.size];
    const peers = bench.peersFor('start');
    const samples = new Map(peers.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round += 1) {
      bench.say(`round ${round + 1} of ${rounds}`);
      for (const { name, env } of round % 2 === 0 ? peers : peers.toReversed()) {
        const measured = await bench.attempt(name, () => startOnce(bench, name, env, liveHeapMiB));
        if (measured !== undefined) samples.get(name)?.push(measured);
      }
    }
    return samples;
  },
}));

async function startOnce(bench, name, env, liveHeapMiB) {
  const [program, ...args] = bench.pinned('server', [process.execPath, '--expose-gc', PROGRAM, name, liveHeapMiB]);
  const { stdout } = await promisify(execFile)(program, args, { env: { ...process.env, ...env }, timeout: 20_000 });
  return JSON.parse(stdout);
}
