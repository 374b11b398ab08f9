import { LoadConnection } from './connection.mjs';
import { Histogram } from './histogram.mjs';

/**
 * Opens and properly closes connections for `ms`, `atOnce` at a time.
 *
 * @returns {Promise<{ total: number, perSecond: number, p50Us: number, p99Us: number, p999Us: number }>} the latencies
 * of
 *   the opening
 */
export async function runStorm(target, addresses, { ms, atOnce }) {
  const latencies = new Histogram();
  const begin = performance.now();
  let total = 0;
  const visitor = async () => {
    while (performance.now() - begin < ms) {
      const from = performance.now();
      const connection = await LoadConnection.open(target, addresses.next().value);
      latencies.record(performance.now() - from);
      const error = await connection.close();
      if (error !== undefined) throw error;
      total += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, visitor));
  return { total, perSecond: (total * 1000) / (performance.now() - begin), ...latencies.percentiles() };
}
