import type { Cluster, ClusterOptions } from '../../src/cluster/api/cluster.js';
import type { ClusterEvent } from '../../src/cluster/api/cluster-event.js';
import { createCluster } from '../../src/cluster/create-cluster.js';
import type { Connection, Supervisor } from '../../src/index.js';
import { createSupervisor } from '../../src/index.js';
import { createHeapClock, type HeapClock } from '../../src/testing/heap-clock.js';
import { createMemoryBroker, type MemoryBroker } from '../../src/testing/memory-broker.js';
import { createMemoryTransport, type MemoryTransport } from '../../src/testing/memory-transport.js';
import { ScriptedPeer } from '../../src/testing/scripted-peer.js';

/** A client of a node: the connection there, and what the client has got. */
export interface Client {
  readonly connection: Connection<unknown>;
  readonly peer: ScriptedPeer;
  readonly got: readonly string[];
}

/** A node of a cluster in memory. */
export interface TestNode {
  readonly supervisor: Supervisor;
  readonly cluster: Cluster;
  readonly events: ClusterEvent[];
  types(): readonly string[];
  /** Has a client connect; `as` is the identity that it is granted. */
  client(as?: string): Promise<Client>;
}

/** A cluster in memory: its nodes, their clock, their broker. */
export interface TestCluster {
  readonly clock: HeapClock;
  readonly broker: MemoryBroker;
  readonly transport: MemoryTransport;
  readonly nodes: readonly [TestNode, TestNode, TestNode];
  add(options?: Partial<ClusterOptions>): Promise<TestNode>;
  stop(): Promise<void>;
}

/** Starts three nodes. They know each other. */
export async function aCluster(options: Partial<ClusterOptions> = {}): Promise<TestCluster> {
  const clock = createHeapClock();
  const broker = createMemoryBroker(clock);
  const transport = createMemoryTransport(clock);
  const all: TestNode[] = [];
  const add = async (own: Partial<ClusterOptions> = {}) => {
    const node = await aNode(clock, transport, { broker, name: 'chat', ...options, ...own });
    all.push(node);
    return node;
  };
  const nodes = [await add(), await add(), await add()] as const;
  await clock.advanceAsync(0);
  return {
    clock,
    broker,
    transport,
    nodes,
    add,
    stop: async () => {
      await Promise.all(all.map(({ supervisor }) => supervisor.terminate()));
    },
  };
}

/** Starts a node whose network is in memory. */
async function aNode(clock: HeapClock, transport: MemoryTransport, options: ClusterOptions): Promise<TestNode> {
  const supervisor = createSupervisor({ clock, transport, liveness: false });
  const connections: Connection<unknown>[] = [];
  const { address } = await supervisor.listen({
    port: 0,
    authenticate: (request) => {
      const as = new URL(request.url, 'ws://memory').searchParams.get('as');
      return { data: undefined, ...(as === null ? {} : { identity: as }) };
    },
    handler: (connection) => {
      connections.push(connection);
      return connection.closed;
    },
  });
  const cluster = await createCluster(supervisor, options);
  const events: ClusterEvent[] = [];
  cluster.events$.subscribe((event) => events.push(event));
  const client = async (as?: string): Promise<Client> => {
    const query = as === undefined ? '' : `?as=${as}`;
    const peer = ScriptedPeer.dial(transport, `ws://memory:${address?.port}/${query}`);
    await peer.fact('wire.opened');
    const connection = connections.at(-1);
    if (connection === undefined) throw new Error('no connection was accepted');
    return {
      connection,
      peer,
      get got() {
        return peer.frames.map((frame) => (frame.isBinary ? frame.data.toString('hex') : frame.text()));
      },
    };
  };
  return { supervisor, cluster, events, types: () => events.map(({ type }) => type), client };
}
