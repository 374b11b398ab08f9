import type { Connection } from '../../supervisor/api/connection.js';

/** How long one slice of the walk may take, in ms. */
const SLICE_MS = 2;

/** The time is looked at once in so many connections. */
const LOOK_EVERY = 128;

/** What connections hold that their peers have not taken. */
export interface Buffered {
  readonly bytes: number;
  /** How many of them hold anything. */
  readonly connections: number;
}

/**
 * Adds up what is buffered, connection by connection, in slices of 2 ms with turns of the event loop between them. So
 * 100,000 connections block nobody, and sending pays nothing for a sum that only a scrape wants. The figures are as
 * many ms apart as the walk takes.
 */
export async function bufferedOf(
  connections: ReadonlyMap<string, Pick<Connection<unknown>, 'bufferedBytes'>>,
  now: () => number = () => performance.now(),
): Promise<Buffered> {
  // Those that come while it goes on are left to the next one: it has an end.
  let left = connections.size;
  const sum = { bytes: 0, connections: 0 };
  let sliceEnd = now() + SLICE_MS;
  for (const { bufferedBytes } of connections.values()) {
    if (left === 0) break;
    left -= 1;
    sum.bytes += bufferedBytes;
    if (bufferedBytes > 0) sum.connections += 1;
    if (left % LOOK_EVERY !== 0 || now() < sliceEnd) continue;
    await new Promise((resolve) => setImmediate(resolve));
    sliceEnd = now() + SLICE_MS;
  }
  return sum;
}
