import { setImmediate as turn } from 'node:timers/promises';
import v8 from 'node:v8';

/** CPU time of this process so far, all threads, in us. */
export function cpuUs() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/**
 * Resident memory, and what lives on the heap and beside it, and on the heap alone, after garbage collection, in bytes.
 * V8's young generation is left out: it is empty then, and its pages, up to 32 MiB, come with the first load, or with a
 * heavy start.
 */
export async function memoryAfterGc(collect) {
  for (let round = 0; round < 4; round += 1) {
    collect();
    await turn();
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss: rss - youngGeneration(), live: heapUsed + external, heap: heapUsed };
}

function youngGeneration() {
  if (process.versions.bun !== undefined) return 0;
  const spaces = v8.getHeapSpaceStatistics().filter(({ space_name: name }) => name.startsWith('new_'));
  return spaces.reduce((bytes, { physical_space_size: size }) => bytes + size, 0);
}
