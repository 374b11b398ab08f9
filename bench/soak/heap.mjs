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

/**
 * The live heap after so many connections, sample by sample. The samples are outside of the heap that they measure: as
 * objects, those of an hour were 0.5 MB, which looked like 2.5 bytes kept of each connection.
 */
export class HeapSeries {
  #numbers = new Float64Array(2 * 1024);
  #length = 0;

  add(cycles, heapBytes) {
    if (this.#length === this.#numbers.length) {
      const more = new Float64Array(2 * this.#length);
      more.set(this.#numbers);
      this.#numbers = more;
    }
    this.#numbers.set([cycles, heapBytes], this.#length);
    this.#length += 2;
  }

  /** @returns {readonly (readonly [cycles: number, heapBytes: number])[]} */
  get points() {
    return Array.from({ length: this.#length / 2 }, (_, index) => [
      ...this.#numbers.subarray(2 * index, 2 * index + 2),
    ]);
  }
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
 * @param {readonly (readonly [cycles: number, heapBytes: number])[]} points
 */
export function growthOf(points) {
  const [last] = points.at(-1) ?? [0];
  const late = points.filter(([cycles]) => cycles >= last * WARM_UP);
  if (late.length < FEWEST) return { isKnown: false, isLeak: false };
  const { slope, error } = slopeOf(late);
  return { isKnown: true, bytesPerCycle: slope, error, isLeak: slope > LEAST_LEAK && slope > 3 * error };
}
