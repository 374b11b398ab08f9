import { Histogram } from './histogram.mjs';

/** Messages on their way on one connection, oldest first, in a ring of their sending times. */
class Lane {
  #connection;
  #load;
  #sentAt;
  #oldest = 0;
  #newest = 0;
  #loosePieces = 0;
  inFlight = 0;

  constructor(connection, load) {
    this.#connection = connection;
    this.#load = load;
    this.#sentAt = new Float64Array(load.inFlight);
    connection.onMessages = (frames) => this.#answered(frames);
  }

  send(count, now) {
    for (let sent = 0; sent < count; sent += 1) {
      this.#sentAt[this.#newest] = now;
      this.#newest = (this.#newest + 1) % this.#sentAt.length;
    }
    this.inFlight += count;
    this.#connection.write(this.#load.message.many(count));
  }

  #answered(frames) {
    const pieces = this.#loosePieces + frames;
    const count = Math.floor(pieces / this.#load.message.framesPerReply);
    this.#loosePieces = pieces % this.#load.message.framesPerReply;
    if (count === 0) return;
    const now = performance.now();
    for (let taken = 0; taken < count; taken += 1) {
      this.#load.latencies.record(now - this.#sentAt[this.#oldest]);
      this.#oldest = (this.#oldest + 1) % this.#sentAt.length;
    }
    this.inFlight -= count;
    this.#load.answered(this, count, now);
  }
}

/**
 * Keeps `inFlight` messages on their way on each connection for `ms`, then awaits the rest.
 *
 * A closed loop: a slow server is asked less often, so its latencies are what a client that waits would see, not what
 * one that does not would (`paced.mjs` measures that).
 *
 * @returns {Promise<{ perSecond: number, total: number, p50Us: number, p99Us: number, p999Us: number }>} `perSecond`
 *   within the time, `total` with the rest
 * @throws {Error} when the rest has not come within `drainWithinMs`.
 */
export function runEcho(connections, message, { inFlight, ms, drainWithinMs }) {
  return new Promise((resolve, reject) => {
    const latencies = new Histogram();
    let total = 0;
    let inTime = 0;
    let unanswered = connections.length * inFlight;
    let isOver = false;
    const load = {
      message,
      inFlight,
      latencies,
      answered: (lane, count, now) => {
        total += count;
        if (!isOver && now < end) {
          inTime += count;
          lane.send(count, now);
          return;
        }
        isOver = true;
        unanswered -= count;
        if (unanswered === 0) finish();
      },
    };
    const lanes = connections.map((connection) => new Lane(connection, load));
    const begin = performance.now();
    const end = begin + ms;
    const late = setTimeout(() => {
      reject(
        new Error(
          `${unanswered} of ${total + unanswered} messages were not echoed within ${drainWithinMs} ms after the load`,
        ),
      );
    }, ms + drainWithinMs);
    const finish = () => {
      clearTimeout(late);
      resolve({ perSecond: (inTime * 1000) / ms, total, ...latencies.percentiles() });
    };
    for (const lane of lanes) lane.send(inFlight, begin);
  });
}
