import { messageBytes } from './dialects.mjs';
import { Histogram } from './histogram.mjs';

/**
 * Asks the server again and again, by a message that holds a number, to send that many messages to everybody, and
 * awaits them all before the next: the load's own queue never grows.
 *
 * @param {{ burst: number, ms: number, drainWithinMs: number }} options
 * @returns {Promise<{ deliveries: number, broadcasts: number, p50Us: number, p99Us: number, p999Us: number }>} the
 *   latencies are those of the last receiver
 */
export function runBroadcast(connections, dialect, { burst, ms, drainWithinMs }) {
  return new Promise((resolve, reject) => {
    const latencies = new Histogram();
    const request = messageBytes(dialect, Buffer.from(String(burst).padStart(2, '0')), false, false);
    const [speaker] = connections;
    const wanted = connections.length * burst;
    const begin = performance.now();
    let askedAt = begin;
    let left = 0;
    let broadcasts = 0;
    let late;

    const ask = () => {
      askedAt = performance.now();
      left = wanted;
      clearTimeout(late);
      late = setTimeout(
        () => reject(new Error(`${left} of ${wanted} deliveries did not come within ${drainWithinMs} ms`)),
        drainWithinMs,
      );
      speaker.write(request);
    };
    const delivered = (count) => {
      left -= count;
      if (left > 0) return;
      const now = performance.now();
      latencies.record(now - askedAt);
      broadcasts += burst;
      if (now - begin < ms) return ask();
      clearTimeout(late);
      resolve({ deliveries: broadcasts * connections.length, broadcasts, ...latencies.percentiles() });
    };
    for (const connection of connections) connection.onMessages = delivered;
    ask();
  });
}
