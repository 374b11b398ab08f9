/** How soon `cluster.close` has closed all connections of an identity on three nodes, each a process, on NATS. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { natsBroker } from '../../../src/adapters/nats/nats-broker.js';
import { type Cluster, createCluster } from '../../../src/cluster/index.js';
import { type Connection, connect, createSupervisor, type Supervisor } from '../../../src/index.js';
import { isNatsMissing, type NatsServer, sayIfNatsIsMissing, startNats } from '../../cluster/a-nats-server.js';
import { freePorts } from '../../foreign/program.js';
import { eventually } from '../../support/eventually.js';
import { FaultNode } from './fault-nodes.js';

sayIfNatsIsMissing();

const WITHIN_MS = 100;
/** One round may come at a bad moment of a busy machine. */
const ROUNDS = 5;
const ON_EACH_NODE = 10;
const OPTIONS = { code: 4001, reason: 'signed out', withinMs: 1_000 };

describe.skipIf(isNatsMissing)('an identity on three nodes', () => {
  let server: NatsServer;
  let nodes: FaultNode[];
  let supervisor: Supervisor;
  let cluster: Cluster;

  beforeEach(async () => {
    server = await startNats();
    nodes = (await freePorts(3)).map((port) => new FaultNode(port, server.port));
    await Promise.all(nodes.map((node) => node.start()));
    supervisor = createSupervisor();
    cluster = await createCluster(supervisor, { broker: natsBroker({ servers: server.url }), name: 'faults' });
    await eventually(() => cluster.nodes.length === 4, 'all know each other');
  });
  afterEach(async () => {
    await supervisor.terminate();
    await Promise.all(nodes.map((node) => node.end('SIGKILL')));
    await server.stop();
  });

  const come = (node: FaultNode, who: string) =>
    Promise.all(
      Array.from({ length: ON_EACH_NODE }, () => connect(`ws://127.0.0.1:${node.port}/?who=${who}&as=key&since=`)),
    );

  const everywhere = async (who: string): Promise<readonly Connection[]> =>
    (await Promise.all(nodes.map((node) => come(node, who)))).flat();

  test('is closed within 100 ms, and nobody else is', async () => {
    const others = await everywhere('other');
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const connections = await everywhere('ann');
      const began = performance.now();
      const [account, ...reports] = await Promise.all([
        cluster.close('ann', OPTIONS),
        ...connections.map(({ closed }) => closed),
      ]);
      times.push(performance.now() - began);
      expect(account).toEqual({ closed: 3 * ON_EACH_NODE, nodes: 3, unanswered: [] });
      expect(new Set(reports.map(({ code, reason }) => `${code} ${reason}`))).toEqual(new Set(['4001 signed out']));
    }
    process.stdout.write(`All connections of an identity were closed within ${times.map(Math.round).join(', ')} ms\n`);
    expect(times.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)]).toBeLessThan(WITHIN_MS);
    expect(others.map(({ state }) => state)).toEqual(others.map(() => 'open'));
    for (const other of others) other.close();
    await Promise.all(others.map(({ closed }) => closed));
  }, 60_000);

  test('a node that does not answer is in the account, and closes them when it goes on', async () => {
    const connections = await everywhere('ann');
    const [, second] = nodes;
    second?.signal('SIGSTOP');
    const began = performance.now();
    const account = await cluster.close('ann', OPTIONS);
    expect(account).toEqual({ closed: 2 * ON_EACH_NODE, nodes: 2, unanswered: [second?.id] });
    expect(performance.now() - began).toBeGreaterThan(OPTIONS.withinMs - 50);
    second?.signal('SIGCONT');
    const reports = await Promise.all(connections.map(({ closed }) => closed));
    expect(new Set(reports.map(({ code }) => code))).toEqual(new Set([4001]));
  }, 60_000);
});
