import { growthOf, HeapSeries, handles, look } from './heap.mjs';

/** How often the heap is looked at, in ms; longer when a look takes long. */
const LOOK_EVERY_MS = 2000;

/** How long handles may take to go after the end, in ms. */
const GONE_WITHIN_MS = 5000;

/**
 * Runs acts in a world for a time or a number of them, and judges what it has seen.
 *
 * @param {{ act(number: number): Promise<void>, close(): Promise<void>, account: import('./account.mjs').Account }} world
 * @param {{ minutes?: number, cycles?: number, atOnce: number, progress: (sample: object) => void, stop?: AbortSignal }} plan
 */
export async function run(world, { minutes, cycles = Number.POSITIVE_INFINITY, atOnce, progress, stop }, before) {
  const startedAt = performance.now();
  const endsAt = minutes === undefined ? Number.POSITIVE_INFINITY : startedAt + minutes * 60_000;
  let begun = 0;
  let done = 0;
  const goesOn = () => begun < cycles && performance.now() < endsAt && stop?.aborted !== true;
  const worker = async () => {
    while (goesOn()) {
      begun += 1;
      try {
        await world.act(begun);
      } catch (error) {
        world.account.fault(`an act threw: ${String(error)}`);
      }
      done += 1;
    }
  };
  const heap = new HeapSeries();
  let first;
  let last;
  const sample = async () => {
    const seen = {
      cycles: done,
      seconds: (performance.now() - startedAt) / 1000,
      faults: world.account.faultCount,
      ...(await look()),
    };
    heap.add(seen.cycles, seen.heapBytes);
    first ??= seen;
    last = seen;
    progress(seen);
  };
  let isOver = false;
  const looking = (async () => {
    while (!isOver) {
      await sleepUntil(performance.now() + LOOK_EVERY_MS, () => isOver);
      if (!isOver) await sample();
    }
  })();
  await Promise.all(Array.from({ length: atOnce }, worker));
  isOver = true;
  await looking;
  await sample();
  const { account } = world;
  if (!account.isEven) account.fault(`${account.opened} connections have opened, and ${account.ended} have reports`);
  await world.close();
  const left = await handlesLeft(before);
  for (const [name, count] of Object.entries(left)) account.fault(`${count} of ${name} are left`);
  const growth = growthOf(heap.points);
  if (growth.isLeak)
    account.fault(`the live heap grows by ${growth.bytesPerCycle.toFixed(1)} bytes for each connection`);
  return {
    cycles: done,
    seconds: (performance.now() - startedAt) / 1000,
    connections: account.opened,
    reports: account.ended,
    fates: account.fates,
    growth,
    first,
    last,
    left,
    faultCount: account.faultCount,
    faults: account.faults,
  };
}

async function sleepUntil(at, isOver) {
  while (performance.now() < at && !isOver()) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** The handles that were not there before, once those that go by themselves are gone. */
async function handlesLeft(before) {
  const deadline = performance.now() + GONE_WITHIN_MS;
  for (;;) {
    const left = Object.fromEntries(
      Object.entries(handles())
        .map(([name, count]) => [name, count - (before[name] ?? 0)])
        .filter(([, count]) => count > 0),
    );
    if (Object.keys(left).length === 0 || performance.now() > deadline) return left;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
