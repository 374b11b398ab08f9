import { setImmediate as turn } from 'node:timers/promises';

/** CPU time of this process so far, all threads, in us. */
export function cpuUs() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Resident memory, and what lives on the heap and beside it after garbage collection, in bytes. */
export async function memoryAfterGc(collect) {
  for (let round = 0; round < 4; round += 1) {
    collect();
    await turn();
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, live: heapUsed + external };
}
