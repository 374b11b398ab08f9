import { Histogram } from './histogram.mjs';

/**
 * Sends at a fixed rate whatever the server does, round robin over the connections, and measures each latency from the
 * time at which the message was *due*: a server that stalls is charged for all that would have been sent meanwhile, so
 * the percentiles are free of coordinated omission.
 *
 * It spins, since a timer's millisecond would be in every latency. When another load shares its core (`isAlone: false`)
 * it uses timers and measures from the sending: lateness of its own would be charged to the server otherwise.
 *
 * @param {{ perSecond: number, ms: number, isAlone: boolean, drainWithinMs: number }} options
 * @returns {Promise<{ sent: number, unanswered: number, p50Us: number, p99Us: number, p999Us: number }>}
 */
export function runPaced(connections, message, { perSecond, ms, isAlone, drainWithinMs }) {
  return new Promise((resolve) => {
    const latencies = new Histogram();
    const total = Math.floor((perSecond * ms) / 1000);
    const everyMs = 1000 / perSecond;
    const one = message.many(1);
    let sent = 0;
    let answered = 0;
    let late;

    const lanes = connections.map((connection) => {
      const lane = { connection, since: [], oldest: 0, pieces: 0 };
      connection.onMessages = (frames) => {
        const now = performance.now();
        lane.pieces += frames;
        while (lane.pieces >= message.framesPerReply) {
          lane.pieces -= message.framesPerReply;
          latencies.record(now - lane.since[lane.oldest]);
          lane.oldest += 1;
          answered += 1;
        }
        if (answered === total) finish();
      };
      return lane;
    });

    const finish = () => {
      clearTimeout(late);
      resolve({ sent, unanswered: sent - answered, ...latencies.percentiles() });
    };
    const begin = performance.now();
    const turn = () => {
      const now = performance.now();
      const due = Math.min(total, Math.floor((now - begin) / everyMs));
      for (; sent < due; sent += 1) {
        const lane = lanes[sent % lanes.length];
        lane.since.push(isAlone ? begin + (sent + 1) * everyMs : now);
        lane.connection.write(one);
      }
      if (sent === total) late = setTimeout(finish, drainWithinMs);
      else if (isAlone) setImmediate(turn);
      else setTimeout(turn, 1);
    };
    turn();
  });
}
