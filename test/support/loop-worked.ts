import { readFileSync } from 'node:fs';

/** Where Linux says how many nanoseconds the thread of the event loop has had of a processor; its first number. */
const STATISTICS = `/proc/self/task/${process.pid}/schedstat`;

/** How long the thread of the event loop has worked, in ms: not the compiler's, the collector's, or a worker's. */
export const loopWorkedMs = (): number => Number.parseInt(readFileSync(STATISTICS, 'latin1'), 10) / 1e6;
