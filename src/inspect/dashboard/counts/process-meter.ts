import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { SampleFields } from '../protocol/overview.js';

/** What a meter measures. */
export type ProcessFigures = Pick<SampleFields<number>, 'loopLagMs' | 'loopBusy' | 'heapUsed' | 'external' | 'rss'>;

/** Measures this process from one reading to the next. */
export interface ProcessMeter {
  read(): ProcessFigures;
  stop(): void;
}

/** How often the event loop is probed, in ms. */
const PROBED_EVERY_MS = 20;

/** Makes a meter that has begun to measure. It does not keep the process alive. */
export function startProcessMeter(): ProcessMeter {
  const delay = monitorEventLoopDelay({ resolution: PROBED_EVERY_MS });
  delay.enable();
  let before = performance.eventLoopUtilization();
  let memory: Memory = memoryUsage() ?? { heapUsed: 0, external: 0, rss: 0 };
  return {
    read() {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, before);
      before = now;
      // The histogram measures from one probe to the next.
      const loopLagMs = Math.max(0, Math.round(delay.max / 1e5) / 10 - PROBED_EVERY_MS);
      delay.reset();
      memory = memoryUsage() ?? memory;
      const { heapUsed, external, rss } = memory;
      return { loopLagMs, loopBusy: Math.round(1000 * utilization) / 1000, heapUsed, external, rss };
    },
    stop: () => {
      delay.disable();
    },
  };
}

type Memory = Pick<NodeJS.MemoryUsage, 'heapUsed' | 'external' | 'rss'>;

/** Returns nothing where no file descriptor is left: on Linux the resident set is read from a file. */
function memoryUsage(): Memory | undefined {
  try {
    return process.memoryUsage();
  } catch {
    return undefined;
  }
}
