/** Nodes of a cluster in memory with clients, which random commands use and break, and what must hold at the end. */

import type { Cluster } from '../../../src/cluster/api/cluster.js';
import type { ClusterEvent } from '../../../src/cluster/api/cluster-event.js';
import { type TopicReader, topicPosition } from '../../../src/cluster/api/envelope.js';
import type { TopicPosition } from '../../../src/cluster/api/position.js';
import type { PublishResult, Topic } from '../../../src/cluster/api/topic.js';
import { createCluster } from '../../../src/cluster/create-cluster.js';
import { createSupervisor, type Supervisor } from '../../../src/index.js';
import { ConnectionActor } from '../../../src/supervisor/connection/connection-actor.js';
import { createHeapClock, type HeapClock } from '../../../src/testing/heap-clock.js';
import { createMemoryBroker, type DeliveryFate, type MemoryBroker } from '../../../src/testing/memory-broker.js';
import { aParent } from '../../support/a-parent.js';
import { FakeTransport } from '../../support/fake-transport.js';
import { FakeWire } from '../../support/fake-wire.js';

/** How much the history of a run keeps: so much that nothing is ever dropped, or so little that much is. */
export interface WorldOptions {
  readonly keeps: number;
  /** A number from 0 to below 1, for each decision that the code leaves to chance. */
  readonly random: () => number;
}

interface Node {
  readonly supervisor: Supervisor;
  readonly cluster: Cluster;
  readonly history: Topic;
  readonly plain: Topic;
  readonly events: ClusterEvent[];
}

/** One client across its connections: it has a position in the history, and comes back with it. */
interface Client {
  readonly key: string;
  readonly reader: TopicReader;
  readonly read: Read[];
  /** Each time that it was said to have missed something. */
  incomplete: number;
  connection:
    | { readonly actor: ConnectionActor; readonly wire: FakeWire; readonly node: Node; seen: number }
    | undefined;
}

interface Read {
  readonly epoch: string;
  readonly offset: number;
  readonly text: string;
}

/** What a publication to the history has led to. */
interface Publication {
  readonly text: string;
  readonly result: PublishResult;
}

const AGE_MS = 2 ** 31 - 1;
const NODES = 3;

export class ClusterWorld {
  readonly clock: HeapClock = createHeapClock();
  readonly broker: MemoryBroker = createMemoryBroker(this.clock);
  readonly #options: WorldOptions;
  readonly #nodes: Node[] = [];
  readonly #gone: Node[] = [];
  readonly clients: readonly Client[];
  readonly #publications: Publication[] = [];
  readonly #pending: Promise<unknown>[] = [];
  #published = 0;
  #connections = 0;
  /** How many messages to nodes go wrong, of 8. */
  #faults = 0;
  lostLogs = false;

  constructor(options: WorldOptions) {
    this.#options = options;
    this.clients = Array.from({ length: 4 }, (_, index) => ({
      key: `client ${index}`,
      reader: topicPosition(),
      read: [],
      incomplete: 0,
      connection: undefined,
    }));
    this.broker.script(() => this.#fate());
  }

  async start(): Promise<void> {
    for (let count = 0; count < NODES; count += 1) this.#nodes.push(await this.#newNode());
    await this.pass(0);
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advanceAsync(ms);
    for (const client of this.clients) this.#look(client);
  }

  /** Node and client numbers may be any: they wrap around. */
  async publish(node: number, count: number): Promise<void> {
    const { history, plain } = this.#at(node);
    for (let number = 0; number < count; number += 1) {
      this.#published += 1;
      const text = String(this.#published);
      const publishing = history.publish(text, { withinMs: 500 });
      this.#pending.push(publishing.then((result) => this.#publications.push({ text, result })));
      this.#pending.push(plain.publish(text));
    }
    await this.pass(1);
  }

  /** The client comes to a node with its position; it leaves the one where it is. */
  async come(who: number, where: number): Promise<void> {
    const client = this.#client(who);
    this.leave(who);
    const node = this.#at(where);
    const wire = new FakeWire();
    this.#connections += 1;
    const actor = new ConnectionActor({ id: `c${this.#connections}`, parent: aParent(), role: 'accepted', wire });
    actor.start();
    client.connection = { actor, wire, node, seen: 0 };
    const options = { envelope: true, presence: 1, key: client.key };
    // When the broker is away the client is turned away, as a service would do.
    const coming = node.history.resume(actor, client.reader.position, options).catch(() => wire.emitClosed());
    this.#pending.push(coming);
    await this.pass(1);
  }

  leave(who: number): void {
    const client = this.#client(who);
    this.#look(client);
    client.connection?.wire.emitClosed();
    client.connection = undefined;
  }

  cut(node: number): void {
    this.broker.cut(this.#at(node).cluster.node);
  }

  isolate(node: number): void {
    this.broker.isolate(this.#at(node).cluster.node);
  }

  heal(node: number): void {
    this.broker.heal(this.#at(node).cluster.node);
  }

  /** How many of eight messages to nodes are dropped, doubled, or late: live entries, presence, heartbeats. */
  disturb(faults: number): void {
    this.#faults = faults;
  }

  loseLogs(): void {
    this.lostLogs = true;
    this.broker.loseLogs();
  }

  /** The node ends, and another one takes its place: in good order, or as if it was killed. */
  async replace(index: number, isKilled: boolean): Promise<void> {
    const at = index % this.#nodes.length;
    const node = this.#at(at);
    for (const [who, { connection }] of this.clients.entries()) if (connection?.node === node) this.leave(who);
    if (isKilled) this.broker.isolate(node.cluster.node);
    const stopped = node.cluster.stop();
    // What it still says may be late.
    await this.pass(500);
    await stopped;
    await node.supervisor.terminate();
    this.#gone.push(node);
    this.#nodes[at] = await this.#newNode();
    await this.pass(1);
  }

  /** Everything works again, for long enough; who is away comes back. */
  async settle(): Promise<void> {
    this.#faults = 0;
    this.broker.start();
    for (const { cluster } of [...this.#nodes, ...this.#gone]) this.broker.heal(cluster.node);
    await this.pass(20_000);
    for (const [who, { connection }] of this.clients.entries())
      if (connection?.actor.state !== 'open') await this.come(who, who);
    await this.pass(10_000);
    await Promise.all(this.#pending);
    await this.pass(0);
  }

  async stop(): Promise<void> {
    for (const { supervisor } of this.#nodes) await supervisor.terminate();
  }

  /** What is wrong, each in a sentence. */
  async faults(): Promise<readonly string[]> {
    const stored = await this.#stored();
    return [
      ...this.clients.flatMap((client) => this.#faultsOf(client, stored)),
      ...this.#wrongResults(stored),
      ...this.#nodes.flatMap((node) => this.#wrongPresence(node)),
      ...this.#nodes.flatMap(({ cluster }) =>
        cluster.nodes.length === NODES ? [] : [`${cluster.node} knows ${cluster.nodes.length} nodes`],
      ),
    ];
  }

  #faultsOf({ key, read, reader, incomplete, connection }: Client, stored: readonly Read[]): string[] {
    const faults: string[] = [];
    const [first] = read;
    for (const [index, { epoch, offset, text }] of read.entries()) {
      const before = read[index - 1];
      if (before?.epoch === epoch && before.offset >= offset) faults.push(`${key} got ${text} after ${before.text}`);
    }
    const { position } = reader;
    if (connection?.actor.state !== 'open' || position === undefined) return [...faults, `${key} has not come back`];
    if (incomplete > 0 && this.#options.keeps > 1_000 && !this.lostLogs)
      faults.push(`${key} was said to miss something`);
    // From its first message on a client has all there are, unless it was said that it has not.
    if (incomplete === 0 && first !== undefined) {
      const due = stored.filter(({ offset }) => offset >= first.offset).map(({ text }) => text);
      const got = read.map(({ text }) => text);
      const missing = due.filter((text) => !got.includes(text));
      if (this.#options.keeps > 1_000 && got.join() !== due.join())
        faults.push(`${key} misses ${missing.join()}, or has another order: ${got.join()} for ${due.join()}`);
    }
    if (stored.length > 0 && position.offset !== (stored.at(-1)?.offset ?? 0))
      faults.push(`${key} stands at ${position.offset}, not at ${stored.at(-1)?.offset}`);
    return faults;
  }

  #wrongResults(stored: readonly Read[]): string[] {
    if (this.lostLogs || this.#options.keeps <= 1_000) return [];
    const offsets = new Map(stored.map(({ text, offset }) => [text, offset]));
    return this.#publications.flatMap(({ text, result: { result, position } }) => {
      const offset = offsets.get(text);
      if (result === 'taken' && offset !== position?.offset) return [`${text} was taken, and is not there`];
      if (result === 'down' && offset !== undefined) return [`${text} was refused, and is there`];
      return [];
    });
  }

  #wrongPresence({ history, cluster }: Node): string[] {
    const here = this.clients.filter(({ connection }) => connection?.node.cluster === cluster);
    if (here.length === 0) return [];
    const seen = history.members().map(({ key, connections }) => `${key} x${connections}`);
    const due = this.clients.map(({ key }) => `${key} x1`);
    return seen.toSorted().join() === due.toSorted().join() ? [] : [`${cluster.node} sees ${seen.join()}`];
  }

  /** What the broker has stored of the history, read as a client would that has missed everything. */
  async #stored(): Promise<readonly Read[]> {
    const [node] = this.#nodes;
    const { position } = (await node?.history.since(undefined)) ?? {};
    if (node === undefined || position === undefined) return [];
    const stored: Read[] = [];
    let from: TopicPosition = { ...position, offset: 0 };
    for (;;) {
      const { frames, position: next } = await node.history.since(from, { limit: 1 });
      const [frame] = frames;
      if (frame === undefined) return stored;
      stored.push({ epoch: next.epoch, offset: next.offset, text: frame.data.toString() });
      from = next;
    }
  }

  /** Reads what has come to a client. */
  #look(client: Client): void {
    const { connection, reader } = client;
    if (connection === undefined) return;
    const { sent } = connection.wire;
    for (; connection.seen < sent.length; connection.seen += 1) {
      const data = Buffer.from(sent[connection.seen] ?? '');
      const offset = Number(/^\+(\d+) /.exec(data.toString())?.[1]);
      const frame = reader.read({ data, isBinary: false });
      if (frame?.type === 'position' && !frame.isComplete) client.incomplete += 1;
      const epoch = reader.position?.epoch ?? '';
      if (frame?.type === 'message') client.read.push({ epoch, offset, text: frame.frame.data.toString() });
      if (frame === undefined) client.read.push({ epoch, offset, text: `double ${data.toString()}` });
    }
  }

  async #newNode(): Promise<Node> {
    const { random } = this.#options;
    const supervisor = createSupervisor({ clock: this.clock, transport: new FakeTransport(), liveness: false, random });
    const cluster = await createCluster(supervisor, { broker: this.broker, name: 'c', node: 'n', random });
    const events: ClusterEvent[] = [];
    cluster.events$.subscribe((event) => events.push(event));
    const history = cluster.topic('tea', { history: { messages: this.#options.keeps, ageMs: AGE_MS } });
    return { supervisor, cluster, history, plain: cluster.topic('tea'), events };
  }

  #fate(): DeliveryFate {
    if (this.#options.random() * 8 >= this.#faults) return 'deliver';
    const kind = this.#options.random();
    return kind < 0.6 ? 'drop' : kind < 0.8 ? 'twice' : { afterMs: 1 + Math.floor(kind * 50) };
  }

  #at(node: number): Node {
    return this.#nodes[node % this.#nodes.length] as Node;
  }

  #client(who: number): Client {
    return this.clients[who % this.clients.length] as Client;
  }
}
