import { Histogram } from './histogram.mjs';

/**
 * Has connections say something that goes to all of them: keeps `inFlight` such messages on their way for `ms`, then
 * awaits the rest. Each is said by another connection, of the first ones.
 *
 * @param {{ inFlight: number, ms: number, drainWithinMs: number }} options
 * @returns {Promise<{ deliveries: number, deliveriesPerSecond: number }>}
 * @throws {Error} when the rest has not come within `drainWithinMs`.
 */
export function runTopic(connections, message, { inFlight, ms, drainWithinMs }) {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    let said = 0;
    let deliveries = 0;
    const say = () => {
      connections[said % inFlight].write(message.many(1));
      said += 1;
    };
    const late = setTimeout(
      () => reject(new Error(`${said * connections.length - deliveries} deliveries did not come`)),
      ms + drainWithinMs,
    );
    const delivered = (count) => {
      deliveries += count;
      const now = performance.now();
      if (now - begin < ms) while (said - Math.floor(deliveries / connections.length) < inFlight) say();
      else if (deliveries === said * connections.length) {
        clearTimeout(late);
        resolve({ deliveries, deliveriesPerSecond: (deliveries * 1000) / (now - begin) });
      }
    };
    for (const connection of connections) connection.onMessages = delivered;
    for (let first = 0; first < inFlight; first += 1) say();
  });
}

/**
 * The same at a fixed rate, said by a connection of each half in turn, with the latency of each delivery from the
 * saying on. By timers, since the message broker has the same core.
 *
 * @param {{ perSecond: number, ms: number, drainWithinMs: number }} options
 * @returns {Promise<{ deliveries: number, p50Us: number, p99Us: number, p999Us: number }>}
 * @throws {Error} when some have not come within `drainWithinMs`.
 */
export function runPacedTopic(connections, message, { perSecond, ms, drainWithinMs }) {
  return new Promise((resolve, reject) => {
    const latencies = new Histogram();
    const total = Math.floor((perSecond * ms) / 1000);
    const saidAt = [];
    const due = total * connections.length;
    for (const connection of connections) {
      let got = 0;
      connection.onMessages = (count) => {
        const now = performance.now();
        for (const end = got + count; got < end; got += 1) latencies.record(now - saidAt[got]);
        if (latencies.count < due) return;
        clearTimeout(late);
        resolve({ deliveries: due, ...latencies.percentiles() });
      };
    }
    const late = setTimeout(
      () => reject(new Error(`${due - latencies.count} of ${due} deliveries did not come`)),
      ms + drainWithinMs,
    );
    const say = () => {
      const speaker = saidAt.length % 2 === 0 ? 0 : connections.length - 1;
      saidAt.push(performance.now());
      connections[speaker].write(message.many(1));
      if (saidAt.length === total) clearInterval(saying);
    };
    const saying = setInterval(say, 1000 / perSecond);
  });
}
