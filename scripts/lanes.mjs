import { availableParallelism } from 'node:os';

/** Runs jobs that have nothing to do with each other, as many at once as there are processors. The first begin first. */
export async function inLanes(jobs) {
  const waiting = [...jobs];
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next();
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
}
