/**
 * A node of a cluster on NATS, in a process of its own, so that it can be killed. Whoever connects is brought up to
 * date in a topic with history, where he is present, and is a member of one without. What he sends is published to the
 * first; what was taken is answered by `!` and its text. A gap of the other is told to its members by `?`.
 *
 * Arguments: the port, and the NATS server.
 */

import { natsBroker } from '../../../dist/adapters/nats/index.js';
import { createCluster, parsePosition } from '../../../dist/cluster/index.js';
import { broadcast, createSupervisor, Group } from '../../../dist/index.js';

const [port, servers] = process.argv.slice(2);
const supervisor = createSupervisor({ liveness: { pingEveryMs: 1_000, answerWithinMs: 2_000 } });
const broker = natsBroker({ servers, pingIntervalMs: 300 });
const cluster = await createCluster(supervisor, { broker, name: 'faults', node: `n${port}` });
const tea = cluster.topic('tea', { history: { messages: 100_000, ageMs: 3_600_000 } });
const coffee = cluster.topic('coffee');
const drinkers = new Group();
// It listens to what nobody here gets, so that NATS can have too much for it.
cluster.topic('ballast').presence$.subscribe();
cluster.events$.subscribe((event) => {
  if (event.type === 'broker.down') process.send?.('broker.down');
  if (event.type === 'topic.gap' && event.topic === 'coffee') broadcast(drinkers, '?');
});

await supervisor.listen({
  port: Number(port),
  host: '0.0.0.0',
  handler: async (connection) => {
    const { query } = connection.request;
    const key = query.get('as');
    cluster.identify(connection, query.get('who') ?? key);
    drinkers.add(connection);
    coffee.add(connection);
    try {
      await tea.resume(connection, parsePosition(query.get('since')), { envelope: true, presence: 1, key });
    } catch {
      return { code: 1013, reason: 'the broker is away' };
    }
    for await (const frame of connection) {
      const { result } = await tea.publish(frame, { withinMs: 1_000 });
      if (result === 'taken') connection.send(`!${frame.text()}`);
    }
  },
});
process.send?.(cluster.node);
process.on('SIGTERM', async () => {
  await supervisor.drain({ notReadyFirstMs: 0, spreadMs: 500 });
  await cluster.stop();
  process.exit(0);
});
