import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { loopWorkedMs } from './loop-worked.js';

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
  const turns: { readonly from: number; readonly to: number; readonly worked: number }[] = [];
  let isOver = false;
  const watching = (async () => {
    let [from, before] = [performance.now(), loopWorkedMs()];
    while (!isOver) {
      await turn();
      const [to, after] = [performance.now(), loopWorkedMs()];
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
  // An idle loop turns so often that the turns are too many for the arguments of one call.
  return turns.reduce((longest, { from, to, worked }) => {
    const overlaps = collections.map((own) => Math.max(0, Math.min(to, own.to) - Math.max(from, own.from)));
    const passed = to - from;
    const collected = overlaps.reduce((sum, overlap) => sum + overlap, 0);
    // On a busy machine a collection takes longer than it works, as the rest of the turn does: both had this share.
    return passed === 0 ? longest : Math.max(longest, (passed - collected) * Math.min(1, worked / passed));
  }, 0);
}

/**
 * The longest turn of something that blocks the loop each time it is done, if it does: when it seems to block for
 * `mostMs` or longer it is done twice more, and the longer one of these counts.
 */
export async function longestTurnEachTime(during: () => Promise<unknown>, mostMs: number): Promise<number> {
  const first = await longestTurn(during);
  if (first < mostMs) return first;
  return Math.max(await longestTurn(during), await longestTurn(during));
}
