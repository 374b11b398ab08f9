/** What a cluster does on every real broker, whose server is a process that can be stopped and killed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Broker, type Cluster, type ClusterEvent, createCluster, type Topic } from '../../src/cluster/index.js';
import { type Connection, createSupervisor, systemClock } from '../../src/index.js';
import { createMemoryTransport } from '../../src/testing/memory-transport.js';
import { ScriptedPeer } from '../../src/testing/scripted-peer.js';
import { eventually } from '../support/eventually.js';
import type { BrokerServer } from './broker-server.js';

/** A real broker. */
export interface RealBroker {
  readonly name: string;
  start(at?: { readonly port: number; readonly folder: string }): Promise<BrokerServer>;
  broker(server: BrokerServer, pingIntervalMs: number): Broker;
}

const WITHIN_MS = 15_000;
const history = { messages: 10_000, ageMs: 600_000 };

interface Node {
  readonly cluster: Cluster;
  readonly events: ClusterEvent[];
  client(): Promise<{ readonly connection: Connection<unknown>; readonly peer: ScriptedPeer }>;
  stop(): Promise<void>;
}

let real: RealBroker;
let folder: string;
let server: BrokerServer;
let nodes: Node[];

/** @param pingIntervalMs a process that has too little of a processor finds its broker silent sooner than it is. */
async function aNode(pingIntervalMs = 5_000): Promise<Node> {
  const transport = createMemoryTransport(systemClock);
  const supervisor = createSupervisor({ transport, liveness: false });
  const accepted: Connection<unknown>[] = [];
  const { address } = await supervisor.listen({
    port: 0,
    handler: (connection) => {
      accepted.push(connection);
      return connection.closed;
    },
  });
  const broker = real.broker(server, pingIntervalMs);
  const cluster = await createCluster(supervisor, { broker, name: 'chat', heartbeatMs: 200, lostAfterMs: 2_000 });
  const events: ClusterEvent[] = [];
  cluster.events$.subscribe((event) => events.push(event));
  return {
    cluster,
    events,
    client: async () => {
      const before = accepted.length;
      const peer = ScriptedPeer.dial(transport, `ws://memory:${address?.port}/`);
      await eventually(() => accepted.length > before, 'a client', WITHIN_MS);
      return { connection: accepted.at(-1) as Connection<unknown>, peer };
    },
    stop: async () => {
      await supervisor.stop();
    },
  };
}

export function checkCluster(under: RealBroker): void {
  describe(`a cluster on ${under.name}:`, () => {
    beforeEach(async () => {
      real = under;
      folder = await mkdtemp(join(tmpdir(), 'wirekeeper-broker-'));
      server = await real.start();
      nodes = [await aNode(), await aNode()];
      await eventually(() => nodes.every(({ cluster }) => cluster.nodes.length === 2), 'both', WITHIN_MS);
    });
    afterEach(async () => {
      await Promise.all(nodes.map((node) => node.stop()));
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    });

    /** A member on each node, and the topic there. */
    async function members(options: { history?: typeof history }) {
      const topics = nodes.map(({ cluster }) => cluster.topic('rooms.tea', options)) as [Topic, Topic];
      const peers: ScriptedPeer[] = [];
      for (const [index, node] of nodes.entries()) {
        const { connection, peer } = await node.client();
        topics[index]?.add(connection);
        peers.push(peer);
      }
      // Once this has come to all, the broker knows who wants to hear. One at a time: a flood would keep it busy.
      for (const until = performance.now() + WITHIN_MS; !peers.every(({ texts }) => texts.includes('ready')); ) {
        await topics[0].publish('ready', { withinMs: 500 });
        await new Promise((resolve) => setTimeout(resolve, 10));
        if (performance.now() > until) throw new Error('the members never heard');
      }
      return { topics, peers, told: (peer: ScriptedPeer) => peer.texts.filter((text) => text !== 'ready') };
    }

    test.each([
      ['without history', {}],
      ['with history', { history }],
    ])('%s: what one node publishes reaches all members, in order', async (_what, options) => {
      const { topics, peers, told } = await members(options);
      const sent = Array.from({ length: 200 }, (_, index) => String(index));
      for (const text of sent) expect((await topics[1].publish(text)).result).toBe('taken');
      await eventually(() => peers.every((peer) => told(peer).length >= sent.length), 'all', WITHIN_MS);
      for (const peer of peers) expect(told(peer)).toEqual(sent);
    });

    test('with history all nodes have one order, whoever publishes at once', async () => {
      const { topics, peers, told } = await members({ history });
      const sent = Array.from({ length: 1_000 }, (_, index) => String(index));
      const results = await Promise.all(sent.map((text, index) => (index % 2 ? topics[0] : topics[1]).publish(text)));
      expect(new Set(results.map(({ result }) => result))).toEqual(new Set(['taken']));
      await eventually(() => peers.every((peer) => told(peer).length >= sent.length), 'all', WITHIN_MS);
      const byOffset = results
        .map(({ position }, index) => ({ offset: position?.offset ?? 0, text: sent[index] }))
        .sort((a, b) => a.offset - b.offset)
        .map(({ text }) => text);
      for (const peer of peers) expect(told(peer)).toEqual(byOffset);
    });

    test('sockets outlive a broker that is killed; with history nothing that was taken is lost', async () => {
      await server.stop();
      server = await real.start({ port: server.port, folder });
      await eventually(() => nodes.every(({ cluster }) => cluster.status === 'up'), 'up', WITHIN_MS);
      const { topics, peers, told } = await members({ history });
      const taken: string[] = [];
      const publish = async (text: string) => {
        const { result } = await topics[0].publish(text, { withinMs: 500 });
        if (result === 'taken') taken.push(text);
        return result;
      };
      for (let number = 0; number < 50; number += 1) await publish(`before ${number}`);
      await server.stop('SIGKILL');
      await eventually(() => nodes.every(({ cluster }) => cluster.status !== 'up'), 'down', WITHIN_MS);
      expect(await publish('down')).toBe('down');
      server = await real.start({ port: server.port, folder });
      await eventually(() => nodes.every(({ cluster }) => cluster.status === 'up'), 'up again', WITHIN_MS);
      for (let number = 0; number < 50; number += 1) await publish(`after ${number}`);
      await eventually(() => peers.every((peer) => told(peer).length >= taken.length), 'all', WITHIN_MS);
      for (const peer of peers) expect(told(peer)).toEqual(taken);
      expect(taken.length).toBeGreaterThanOrEqual(50);
      expect(nodes.flatMap(({ events }) => events.filter(({ type }) => type === 'topic.gap'))).toEqual([]);
    });

    test('a broker that stands still is found by Pings, and a publication to it is unconfirmed', async () => {
      const hasty = await aNode(300);
      nodes.push(hasty);
      const topic = hasty.cluster.topic('rooms.tea', { history });
      const publish = async () => (await topic.publish('?', { withinMs: 200 })).result;
      expect(await publish()).toBe('taken');
      server.signal('SIGSTOP');
      // The system stops it within a moment: until then it may take one.
      let result = await publish();
      for (let i = 0; i < 100 && result === 'taken'; i += 1) result = await publish();
      expect(result).toBe('unconfirmed');
      await eventually(() => hasty.cluster.status !== 'up', 'down', WITHIN_MS);
      server.signal('SIGCONT');
      await eventually(() => hasty.cluster.status === 'up', 'up', WITHIN_MS);
    });
  });
}
