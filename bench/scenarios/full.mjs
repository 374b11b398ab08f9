/** What else lives on the heap of a process of an application. */
const LIVE_HEAP_MIB = 32;

/**
 * Two scenarios of one: in a process that does nothing else, and, with `-full` in its name, in one with 32 MiB of other
 * live heap. V8 collects more often in the second: from 8 MiB on it counts memory outside of its heap too.
 *
 * @param {string} name
 * @param {(liveHeapMiB: number) => { title: string, chart: string, run: (bench: import('../run/bench.mjs').Bench) =>
 * Promise<Map<string, Record<string, number>[]>> }} scenarioOf
 */
export function emptyAndFull(name, scenarioOf) {
  const full = scenarioOf(LIVE_HEAP_MIB);
  return [
    { name, ...scenarioOf(0) },
    { name: `${name}-full`, ...full, title: `${full.title}, ${LIVE_HEAP_MIB} MiB of other live heap` },
  ];
}
