import { setTimeout as wait } from 'node:timers/promises';

const EVERY_MS = 5;
const WITHIN_MS = 30_000;

/**
 * Asks a server again and again until it counts `connections`.
 *
 * @returns {Promise<{ cpuUs: number, ms: number }>} its CPU time so far, and how long this took
 * @throws {Error} when that takes longer than 30 s.
 */
export async function untilConnections(server, connections) {
  const begin = performance.now();
  for (;;) {
    const usage = await server.ask('usage');
    const ms = performance.now() - begin;
    if (usage.connections === connections) return { cpuUs: usage.cpuUs, ms };
    if (ms > WITHIN_MS)
      throw new Error(
        `the server still counts ${usage.connections} connections instead of ${connections} after ${WITHIN_MS / 1000} s`,
      );
    await wait(EVERY_MS);
  }
}
