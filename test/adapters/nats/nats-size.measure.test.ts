/**
 * What many topics on a node, and many members of a topic, cost on NATS. `WIREKEEPER_TOPICS=100000
 * WIREKEEPER_MEMBERS=10000` has more of them.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { natsBroker } from '../../../src/adapters/nats/nats-broker.js';
import { type Broker, type BrokerLink, type Cluster, createCluster } from '../../../src/cluster/index.js';
import { createSupervisor, type Supervisor } from '../../../src/index.js';
import { ConnectionActor } from '../../../src/supervisor/connection/connection-actor.js';
import { isNatsMissing, type NatsServer, sayIfNatsIsMissing, startNats } from '../../cluster/a-nats-server.js';
import { freePorts } from '../../foreign/program.js';
import { aParent } from '../../support/a-parent.js';
import { eventually } from '../../support/eventually.js';
import { FakeWire } from '../../support/fake-wire.js';

sayIfNatsIsMissing();

const TOPICS = Number(process.env['WIREKEEPER_TOPICS'] ?? 5_000);
const MEMBERS = Number(process.env['WIREKEEPER_MEMBERS'] ?? 2_000);
/** How many a user's code adds or deletes in one turn of the event loop. */
const IN_A_TURN = 200;
const WITHIN_MS = 60_000;

/** What nodes have said to each other through a broker. */
class Counted {
  messages = 0;
  bytes = 0;
  /** How many subjects are subscribed on links that go on. */
  subscriptions = 0;

  through(broker: Broker): Broker {
    return {
      name: broker.name,
      connect: async (request) => {
        const link = await broker.connect(request);
        const publish = link.publish.bind(link);
        link.publish = (subject, message) => {
          // Heartbeats go on whatever happens.
          if (!subject.endsWith('.nodes')) this.#count(message.payload.length);
          return publish(subject, message);
        };
        this.#countSubscriptions(link);
        return link;
      },
    };
  }

  /** What was said since the last time. */
  take(): { readonly messages: number; readonly bytes: number } {
    const { messages, bytes } = this;
    this.messages = 0;
    this.bytes = 0;
    return { messages, bytes };
  }

  #countSubscriptions(link: BrokerLink): void {
    const subscribe = link.subscribe.bind(link);
    let own = 0;
    const add = (count: number) => {
      own += count;
      this.subscriptions += count;
    };
    link.subscribe = (subject, receive) => {
      const leave = subscribe(subject, receive);
      add(1);
      return () => {
        add(-1);
        leave();
      };
    };
    void link.ended.then(() => add(-own));
  }

  #count(bytes: number): void {
    this.messages += 1;
    this.bytes += bytes;
  }
}

let connections = 0;

function aConnection(): { readonly actor: ConnectionActor; readonly wire: FakeWire } {
  const wire = new FakeWire();
  connections += 1;
  const actor = new ConnectionActor({ id: `c${connections}`, parent: aParent(), role: 'accepted', wire });
  actor.start();
  return { actor, wire };
}

function liveBytes(): number {
  for (let round = 0; round < 3; round += 1) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Runs something, and returns how long it took and the longest turn of the event loop meanwhile, in ms. */
async function timed(run: () => Promise<void>): Promise<{ readonly ms: number; readonly longestTurnMs: number }> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  await turn();
  delay.enable();
  const began = performance.now();
  await run();
  const ms = performance.now() - began;
  await new Promise((resolve) => setTimeout(resolve, 10));
  delay.disable();
  return { ms: Math.round(ms), longestTurnMs: Math.round(delay.max / 1e6) };
}

describe.skipIf(isNatsMissing)('many', () => {
  let folder: string;
  let server: NatsServer;
  let supervisors: Supervisor[];
  const counted = new Counted();

  async function aNode(): Promise<Cluster> {
    const supervisor = createSupervisor();
    supervisors.push(supervisor);
    const broker = counted.through(natsBroker({ servers: server.url }));
    const cluster = await createCluster(supervisor, { broker, name: 'size' });
    await cluster.connected({ withinMs: WITHIN_MS });
    return cluster;
  }

  beforeEach(async () => {
    supervisors = [];
    folder = mkdtempSync(join(tmpdir(), 'wirekeeper-size-'));
    const [port = 0] = await freePorts(1);
    server = await startNats({ port, folder });
  });
  afterEach(async () => {
    await Promise.all(supervisors.map((supervisor) => supervisor.terminate()));
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test(`topics on a node: ${TOPICS} are followed, followed again, and left, turn by turn`, async () => {
    const [one, two] = [await aNode(), await aNode()];
    const { actor, wire } = aConnection();
    const names = Array.from({ length: TOPICS }, (_, index) => `rooms.${index}`);
    const inTurns = async (act: (name: string) => void) => {
      for (const [index, name] of names.entries()) {
        act(name);
        if (index % IN_A_TURN === 0) await turn();
      }
    };
    /** Every hundredth topic gets a message from the other node. */
    const some = names.filter((_, index) => index % 100 === 0);
    const heard = async (text: string) => {
      for (const name of some) await two.topic(name).publish(`${text} ${name}`);
      const due = some.map((name) => `${text} ${name}`);
      const got = () => new Set(wire.sent.map(String).filter((sent) => sent.startsWith(text)));
      await eventually(() => got().size >= due.length, 'all are heard', WITHIN_MS);
      expect(got()).toEqual(new Set(due));
    };
    let gaps = 0;
    let isUp = false;
    one.events$.subscribe(({ type }) => {
      if (type === 'topic.gap') gaps += 1;
      if (type === 'broker.up') isUp = true;
    });
    const before = liveBytes();
    const added = await timed(async () => {
      await inTurns((name) => one.topic(name).add(actor));
      // A node receives what it publishes itself once all that it has subscribed before is in force.
      await one.topic(names.at(-1) ?? '').publish('all');
      await eventually(() => wire.sent.includes('all'), 'all are followed', WITHIN_MS);
    });
    expect(counted.subscriptions).toBeGreaterThanOrEqual(TOPICS);
    await heard('one');
    const bytes = Math.round((liveBytes() - before) / TOPICS);

    await server.stop('SIGKILL');
    server = await startNats({ port: server.port, folder });
    await eventually(() => isUp && two.status === 'up', 'both are back', WITHIN_MS);
    const again = await timed(() => eventually(() => gaps === TOPICS, 'all are followed again', WITHIN_MS));
    await heard('two');

    const left = await timed(async () => {
      await inTurns((name) => one.topic(name).delete(actor));
      await eventually(() => counted.subscriptions < 10, 'all are left', WITHIN_MS);
    });
    process.stdout.write(`${TOPICS} topics: ${JSON.stringify({ bytesEach: bytes, added, again, left })}\n`);
    expect(counted.subscriptions).toBeGreaterThan(0);
    expect(bytes).toBeLessThan(8_192);
    // All at once take 5 us for each, and more.
    for (const { longestTurnMs } of [added, again, left]) expect(longestTurnMs).toBeLessThan(500);
  }, 300_000);

  test(`members of a topic: ${MEMBERS} are said in parts, and what changes alone`, async () => {
    const [one, two] = [await aNode(), await aNode()];
    const before = liveBytes();
    const members = Array.from({ length: MEMBERS }, aConnection);
    const bare = liveBytes();
    const topic = one.topic('tea');
    const watched = two.topic('tea');
    const watching = watched.presence$.subscribe();
    await eventually(() => two.nodes.length === 2);
    counted.take();
    const come = await timed(async () => {
      for (const [index, { actor }] of members.entries()) {
        topic.add(actor, { presence: { name: `member ${index}` }, key: `key-${index}` });
        if (index % IN_A_TURN === 0) await turn();
      }
      await eventually(() => watched.members().length === MEMBERS, 'all are known', WITHIN_MS);
    });
    const joined = counted.take();
    const bytesEach = Math.round((liveBytes() - bare) / MEMBERS / 2);

    members[0]?.wire.emitClosed();
    await eventually(() => watched.members().length === MEMBERS - 1, 'one has left', WITHIN_MS);
    const oneLess = counted.take();

    const three = await aNode();
    const late = three.topic('tea');
    const watchingLate = late.presence$.subscribe();
    const follow = await timed(() =>
      eventually(() => late.members().length === MEMBERS - 1, 'a new node knows all', WITHIN_MS),
    );
    const snapshot = counted.take();
    const figures = { bytesEach, come, joined, oneLess, follow, snapshot };
    process.stdout.write(`${MEMBERS} members: ${JSON.stringify(figures)}\n`);
    watching.unsubscribe();
    watchingLate.unsubscribe();
    expect(bare).toBeGreaterThan(before);
    expect(oneLess.messages).toBe(1);
    expect(oneLess.bytes).toBeLessThan(1_024);
    expect(snapshot.messages).toBeLessThanOrEqual(Math.ceil(MEMBERS / 200) + 2);
    expect(snapshot.bytes / MEMBERS).toBeLessThan(128);
    expect(bytesEach).toBeLessThan(4_096);
  }, 300_000);
});
