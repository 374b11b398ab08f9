import type { Connection } from '../../../supervisor/api/connection.js';
import type { Job } from '../tables/slicer.js';

/** How many connections are looked at between two pauses. */
const PIECE = 256;

/** Sums up what waits for peers, a piece at a time: no counter is kept for it where messages are sent. */
export function* sumBuffered(
  connections: ReadonlyMap<string, Pick<Connection<unknown>, 'bufferedBytes'>>,
  onSum: (bytes: number) => void,
): Job {
  let sum = 0;
  let seen = 0;
  // Connections that come meanwhile are seen too; not for ever, should they come faster than they are seen.
  const most = 2 * connections.size;
  for (const { bufferedBytes } of connections.values()) {
    sum += bufferedBytes;
    seen += 1;
    if (seen % PIECE === 0) yield;
    if (seen > most) break;
  }
  onSum(sum);
}
