import { readdirSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';

/** What is alive in this process, after garbage collections. */
export async function look() {
  for (let i = 0; i < 4; i += 1) {
    globalThis.gc();
    await turn();
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return {
    at: performance.now(),
    heapBytes: heapUsed,
    externalBytes: external,
    rssBytes: rss,
    descriptors: descriptors(),
  };
}

/** How many file descriptors are open; `undefined` where the system does not say. */
function descriptors() {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return undefined;
  }
}

/** The names of what keeps the process alive, its standard streams left out. */
export function handles() {
  const counts = new Map();
  for (const name of process.getActiveResourcesInfo())
    if (!/^(?:TTYWrap|PipeWrap|FSReqPromise|CloseReq)$/.test(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/**
 * The slope of a value over time by least squares, with its standard error.
 *
 * @param {readonly (readonly [x: number, y: number])[]} points at least three
 */
export function slopeOf(points) {
  const count = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / count;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / count;
  const sxx = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / sxx;
  const residuals = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  return { slope, error: Math.sqrt(residuals / (count - 2) / sxx) };
}

/** Samples before this part of the run belong to its warm-up: code is compiled, and bounded stores fill up. */
const WARM_UP = 1 / 3;

/** With fewer samples after the warm-up than this, chance decides. */
const FEWEST = 15;

/** Growth below this, in bytes for each connection, is noise whatever its statistics: a leak keeps more. */
const LEAST_LEAK = 8;

/**
 * Judges the live heap over a run: bytes for each connection that has ended, from the samples after the warm-up.
 *
 * @param {readonly { cycles: number, heapBytes: number }[]} samples
 */
export function growthOf(samples) {
  const last = samples.at(-1)?.cycles ?? 0;
  const late = samples
    .filter(({ cycles }) => cycles >= last * WARM_UP)
    .map(({ cycles, heapBytes }) => [cycles, heapBytes]);
  if (late.length < FEWEST) return { isKnown: false, isLeak: false };
  const { slope, error } = slopeOf(late);
  return { isKnown: true, bytesPerCycle: slope, error, isLeak: slope > LEAST_LEAK && slope > 3 * error };
}
