import { Histogram } from './histogram.mjs';

/**
 * Sends at a fixed rate whatever the server does, round robin over the connections, and measures each latency from the
 * time at which the message was *due*: a server that stalls is charged for all that would have been sent meanwhile, so
 * the percentiles are free of coordinated omission.
 *
 * @param {{ perSecond: number, ms: number, drainWithinMs: number }} options
 * @returns {Promise<{ sent: number, unanswered: number, p50Us: number, p99Us: number, p999Us: number }>}
 */
export function runPaced(connections, message, { perSecond, ms, drainWithinMs }) {
  return new Promise((resolve) => {
    const latencies = new Histogram();
    const total = Math.floor((perSecond * ms) / 1000);
    const everyMs = 1000 / perSecond;
    const begin = performance.now();
    const one = message.many(1);
    let sent = 0;
    let answered = 0;
    let late;

    const lanes = connections.map((connection) => {
      const lane = { connection, turns: [], next: 0, pieces: 0 };
      connection.onMessages = (frames) => {
        const now = performance.now();
        lane.pieces += frames;
        while (lane.pieces >= message.framesPerReply) {
          lane.pieces -= message.framesPerReply;
          latencies.record(now - begin - lane.turns[lane.next] * everyMs);
          lane.next += 1;
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
    // Spinning, not a timer: a timer's millisecond would be in every latency, and the load has a core of its own.
    const turn = () => {
      const due = Math.min(total, Math.floor((performance.now() - begin) / everyMs));
      for (; sent < due; sent += 1) {
        const lane = lanes[sent % lanes.length];
        lane.turns.push(sent);
        lane.connection.write(one);
      }
      if (sent < total) setImmediate(turn);
      else if (answered < total) late = setTimeout(finish, drainWithinMs);
    };
    turn();
  });
}
