import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { serveAsks } from '../shared/asks.mjs';
import { cpuUs, memoryAfterGc } from '../shared/usage.mjs';

const RESOLUTION_MS = 1;

/**
 * Answers what the harness asks of a server that runs in JavaScript.
 *
 * @param {{ port: number, countConnections: () => number, bufferedBytes?: () => number, collect?: () => void, asks?:
 * Record<string, (options: object) => unknown> }} server `asks` are those of one scenario
 */
export function answerHarness({ port, countConnections, bufferedBytes = () => 0, collect = globalThis.gc, asks = {} }) {
  let delay;
  serveAsks(
    {
      ...asks,
      usage: () => ({
        cpuUs: cpuUs(),
        rss: process.memoryUsage.rss(),
        connections: countConnections(),
        bufferedBytes: bufferedBytes(),
      }),
      memory: () => memoryAfterGc(collect),
      /** Not always on: its timer would cost something in every other measurement. */
      watchLoop: () => {
        delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
        delay.enable();
      },
      loopDelay: async () => {
        // A block that has just ended is recorded when the watch's timer fires next.
        await wait(5 * RESOLUTION_MS);
        delay.disable();
        return { p99Us: delay.percentile(99) / 1000, maxUs: delay.max / 1000 };
      },
    },
    { port },
  );
}
