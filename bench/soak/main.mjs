/** The soak's command line: `npm run soak -- --help`. */

import { exitWith, UsageError } from '../shared/program.mjs';
import { handles } from './heap.mjs';
import { MemoryWorld } from './memory.mjs';
import { helpText, readOptions } from './options.mjs';
import { randomFrom } from './random.mjs';
import { run } from './run.mjs';
import { SocketWorld } from './sockets.mjs';

const WORLDS = { sockets: SocketWorld, memory: MemoryWorld };

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.isHelp) {
    process.stdout.write(helpText());
    return 0;
  }
  if (globalThis.gc === undefined) throw new UsageError('The soak needs node --expose-gc, as npm run soak has it.');
  const { isJson, place, seed, ...plan } = options;
  const write = (type, object, text) =>
    process.stdout.write(isJson ? `${JSON.stringify({ type, ...object })}\n` : `${text}\n`);
  write(
    'start',
    { place, seed, ...plan },
    `soaking in ${place}, ${lengthOf(plan)}, ${plan.atOnce} at once, seed ${seed}`,
  );
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const before = handles();
  const world = await WORLDS[place].open(randomFrom(seed));
  const progress = (seen) =>
    write(
      'sample',
      seen,
      `${seen.seconds.toFixed(0).padStart(6)} s ${String(seen.cycles).padStart(9)} connections, heap ${megabytes(seen.heapBytes)}, ` +
        `RSS ${megabytes(seen.rssBytes)}, ${seen.descriptors ?? '?'} descriptors, ${seen.faults} faults`,
    );
  const result = await run(world, { ...plan, progress, stop: stop.signal }, before);
  write('result', result, textOf(result));
  return result.faultCount === 0 ? 0 : 1;
}

const lengthOf = ({ minutes, cycles }) => (cycles === undefined ? `${minutes} min` : `${cycles} connections`);

function textOf({ cycles, seconds, connections, reports, fates, growth, faultCount, faults }) {
  const slope = growth.isKnown
    ? `the live heap changes by ${growth.bytesPerCycle.toFixed(2)} +- ${growth.error.toFixed(2)} bytes for each`
    : 'too short to say whether the live heap grows';
  return [
    '',
    `${cycles} acts in ${seconds.toFixed(0)} s: ${connections} connections, ${reports} reports; ${slope}.`,
    ...Object.entries(fates)
      .toSorted(([, a], [, b]) => b - a)
      .map(([fate, count]) => `  ${String(count).padStart(9)}  ${fate}`),
    faultCount === 0 ? 'Nothing is wrong, and nothing is left.' : `${faultCount} faults:`,
    ...faults.map((fault) => `  ${fault}`),
  ].join('\n');
}

await exitWith(main);
