/** A node of a cluster of wirekeeper's on NATS, with default options: what anybody says goes to everybody. */

import { natsBroker } from '../../dist/adapters/nats/index.js';
import { createCluster } from '../../dist/cluster/index.js';
import { createSupervisor } from '../../dist/index.js';
import { answerHarness } from './answer.mjs';
import { readSettings } from './settings.mjs';

const { brokerPort, hasHistory } = readSettings();
const supervisor = createSupervisor({ name: 'bench' });
const broker = natsBroker({ servers: `127.0.0.1:${brokerPort}` });
const cluster = await createCluster(supervisor, { broker, name: 'bench' });
await cluster.connected({ withinMs: 10_000 });
const everybody = cluster.topic('everybody', hasHistory ? { history: { messages: 1_000, ageMs: 600_000 } } : {});

const listener = await supervisor.listen({
  port: 0,
  host: '127.0.0.1',
  handler: async (connection) => {
    if (hasHistory) await everybody.resume(connection);
    else everybody.add(connection);
    for await (const frame of connection) await everybody.publish(frame);
  },
});

answerHarness({ port: listener.address.port, countConnections: () => everybody.size });
