/**
 * A node of a cluster on NATS, in a process of its own, so that it can be killed. Whoever connects is brought up to
 * date, is a member, and has published what he sends; a message that was taken is answered by `!` and its text.
 *
 * Arguments: the port, and the NATS server.
 */

import { natsBroker } from '../../../dist/adapters/nats/index.js';
import { createCluster, parsePosition } from '../../../dist/cluster/index.js';
import { createSupervisor } from '../../../dist/index.js';

const [port, servers] = process.argv.slice(2);
const supervisor = createSupervisor({ liveness: { pingEveryMs: 1_000, answerWithinMs: 2_000 } });
const broker = natsBroker({ servers, pingIntervalMs: 300 });
const cluster = await createCluster(supervisor, { broker, name: 'faults', heartbeatMs: 200, lostAfterMs: 1_500 });
const room = cluster.topic('tea', { history: { messages: 100_000, ageMs: 600_000 } });

await supervisor.listen({
  port: Number(port),
  handler: async (connection) => {
    try {
      await room.resume(connection, parsePosition(connection.request.query.get('since')), { envelope: true });
    } catch {
      return { code: 1013, reason: 'the broker is away' };
    }
    for await (const frame of connection) {
      const { result } = await room.publish(frame, { withinMs: 1_000 });
      if (result === 'taken') connection.send(`!${frame.text()}`);
    }
  },
});
process.send?.('ready');
process.on('SIGTERM', () => void supervisor.drain({ notReadyFirstMs: 0, spreadMs: 500 }).then(() => process.exit(0)));
