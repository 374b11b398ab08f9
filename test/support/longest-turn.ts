import { closeSync, openSync, readSync } from 'node:fs';
import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';

/** Where Linux says how many nanoseconds the thread of the event loop has had of a processor; its first number. */
const STATISTICS = `/proc/self/task/${process.pid}/schedstat`;

/**
 * Turns the event loop, and returns the longest time that its thread worked between two turns. Collections of garbage
 * do not count, nor does the time in which others had the processor: the compiler's and the collector's threads, too.
 */
export async function longestTurn(during: () => Promise<unknown>): Promise<number> {
  const collections: { readonly from: number; readonly to: number }[] = [];
  const observer = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      collections.push({ from: startTime, to: startTime + duration });
  });
  observer.observe({ entryTypes: ['gc'] });
  const statistics = openSync(STATISTICS, 'r');
  const bytes = Buffer.alloc(64);
  const workedMs = () => {
    const length = readSync(statistics, bytes, 0, bytes.length, 0);
    return Number.parseInt(bytes.toString('latin1', 0, length), 10) / 1e6;
  };
  const turns: { readonly from: number; readonly to: number; readonly worked: number }[] = [];
  let isOver = false;
  const watching = (async () => {
    let [from, before] = [performance.now(), workedMs()];
    while (!isOver) {
      await turn();
      const [to, after] = [performance.now(), workedMs()];
      turns.push({ from, to, worked: after - before });
      [from, before] = [to, after];
    }
  })();
  await during();
  isOver = true;
  await watching;
  // The entries of the collector come a turn later.
  await turn();
  await turn();
  observer.disconnect();
  closeSync(statistics);
  // An idle loop turns so often that the turns are too many for the arguments of one call.
  return turns.reduce((longest, { from, to, worked }) => {
    const overlaps = collections.map((own) => Math.max(0, Math.min(to, own.to) - Math.max(from, own.from)));
    return Math.max(longest, Math.min(to - from, worked) - overlaps.reduce((sum, overlap) => sum + overlap, 0));
  }, 0);
}
