import { setTimeout as delay } from 'node:timers/promises';

/** How often is looked. Many cells wait at a time: each turn of the event loop would be too often. */
const EVERY_MS = 2;

/** Waits until something is so. Rejects if it is not within that time. */
export async function until(isSo: () => boolean, what: string, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`within ${withinMs} ms this did not come true: ${what}`);
    await delay(EVERY_MS);
  }
}
