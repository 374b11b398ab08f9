import type { Clock } from '../supervisor/api/clock.js';
import type { PresenceChange } from './api/topic.js';
import { PresenceView, type Present } from './presence-view.js';
import type { Talk } from './talk.js';

/** What a topic's presence needs of its node. */
export interface PresenceNode {
  readonly id: string;
  readonly clock: Clock;
  readonly graceMs: number;
  /** Whether a node drains, this one or another: what leaves it moves elsewhere. */
  isDraining(node: string): boolean;
  /** Says something to all who follow the topic, or to one node. */
  sayToFollowers(key: string, talk: PresenceTalk): void;
  /** `false` if nobody can hear it. */
  sayTo(node: string, talk: PresenceTalk): boolean;
  /** The next version, a higher one each time, of any topic of this node. */
  nextVersion(): number;
  /** The topic has this version now: heartbeats repeat it for a while. */
  changed(key: string, version: number): void;
  /** The topic is followed from now on: heartbeats repeat it for a while. */
  sayFollowed(key: string): void;
}

/** What nodes say about presence. */
export type PresenceTalk = Extract<Talk, { readonly type: 'who' | 'ask' | 'snapshot' | 'diff' }>;

/** Joins and leaves are gathered this long, in ms, and said together. */
const GATHER_MS = 20;

/** Members in one message: each has at most 2 kB. */
const MOST_IN_MESSAGE = 200;

/** How long a snapshot may take before it is asked for again, in ms. */
const ASK_AGAIN_MS = 1_000;

/** What is known of the topic on another node. */
interface Remote {
  version: number;
  members: Map<string, Present>;
  /** A snapshot of which not all parts have come. */
  partial: { readonly version: number; next: number; readonly members: Present[] } | undefined;
  /** The timer of a question that has no answer yet. */
  asked: unknown;
}

/** Who is present in a topic: the members here, said to others as diffs, and what others say. */
export class TopicPresence {
  readonly #key: string;
  readonly #node: PresenceNode;
  readonly #view: PresenceView;
  readonly #own = new Map<string, Present>();
  #version = 0;
  #joins = new Map<string, Present>();
  #leaves = new Map<string, Present>();
  #gathering: unknown;
  readonly #remotes = new Map<string, Remote>();

  constructor(key: string, node: PresenceNode, emit: (change: PresenceChange) => void) {
    this.#key = key;
    this.#node = node;
    this.#view = new PresenceView(node.clock, node.graceMs, emit);
  }

  get members() {
    return this.#view.members;
  }

  get size(): number {
    return this.#own.size;
  }

  /** A connection here is present, or says something else of itself. */
  set(present: Present): void {
    const before = this.#own.get(present.id);
    if (before !== undefined && before.key !== present.key) this.remove(present.id);
    this.#own.set(present.id, present);
    this.#joins.set(present.id, present);
    this.#view.change(this.#node.id, [present], [], false);
    this.#sayLater();
  }

  remove(id: string): void {
    const present = this.#own.get(id);
    if (present === undefined) return;
    this.#own.delete(id);
    this.#joins.delete(id);
    // Others know what was said last, which is the first that is gone now.
    if (!this.#leaves.has(id)) this.#leaves.set(id, present);
    this.#view.change(this.#node.id, [], [present], this.#isDraining);
    this.#sayLater();
  }

  /** There is a link: what others said while there was none is asked for. */
  up(): void {
    this.#node.sayToFollowers(this.#key, { type: 'who', node: this.#node.id, topic: this.#key });
    this.#node.sayFollowed(this.#key);
    for (const [node, remote] of this.#remotes) this.#ask(node, remote);
    // Those who follow have not heard of what came and left here meanwhile.
    this.#node.changed(this.#key, this.#version);
  }

  /** A node is lost, or has left. */
  gone(node: string, isMove: boolean): void {
    const remote = this.#remotes.get(node);
    if (remote === undefined) return;
    this.#remotes.delete(node);
    this.#node.clock.clearTimeout(remote.asked);
    this.#view.change(node, [], remote.members.values(), isMove);
  }

  /** Another node has said something about this topic. */
  hear(talk: PresenceTalk): void {
    switch (talk.type) {
      case 'who':
        if (this.#own.size > 0) this.#sendSnapshot(talk.node);
        return;
      case 'ask':
        this.#sendSnapshot(talk.node);
        return;
      case 'snapshot':
        this.#takeSnapshot(talk);
        return;
      case 'diff':
        this.#takeDiff(talk);
        return;
    }
  }

  /** A heartbeat says which version another node has. */
  expect(node: string, version: number): void {
    const remote = this.#remoteOf(node);
    if (remote.version < version && remote.asked === undefined) this.#ask(node, remote);
  }

  /** Another node has begun to follow the topic, and may have missed what was said of the members here. */
  remind(): void {
    if (this.#own.size > 0) this.#node.changed(this.#key, this.#version);
  }

  /** The topic is followed no longer. */
  close(): void {
    this.#say();
    for (const { asked } of this.#remotes.values()) this.#node.clock.clearTimeout(asked);
    this.#view.close();
  }

  get #isDraining(): boolean {
    return this.#node.isDraining(this.#node.id);
  }

  #remoteOf(node: string): Remote {
    let remote = this.#remotes.get(node);
    if (remote === undefined) {
      remote = { version: 0, members: new Map(), partial: undefined, asked: undefined };
      this.#remotes.set(node, remote);
    }
    return remote;
  }

  /** Asks until there is an answer, or the node is gone, or the link: on the next one all are asked. */
  #ask(node: string, remote: Remote): void {
    const { clock, id } = this.#node;
    clock.clearTimeout(remote.asked);
    const isAsked = this.#node.sayTo(node, { type: 'ask', node: id, topic: this.#key });
    remote.asked = isAsked ? clock.setTimeout(() => this.#ask(node, remote), ASK_AGAIN_MS) : undefined;
  }

  #sayLater(): void {
    this.#gathering ??= this.#node.clock.setTimeout(() => this.#say(), GATHER_MS);
  }

  /** Says what was gathered, in as many messages as it needs: each is a version of its own. */
  #say(): void {
    this.#node.clock.clearTimeout(this.#gathering);
    this.#gathering = undefined;
    const joins = [...this.#joins.values()];
    const leaves = [...this.#leaves.values()].filter(({ id, key }) => this.#joins.get(id)?.key !== key);
    this.#joins = new Map();
    this.#leaves = new Map();
    while (joins.length + leaves.length > 0) {
      const from = this.#version;
      this.#version = this.#node.nextVersion();
      const left = leaves.splice(0, MOST_IN_MESSAGE);
      const joined = leaves.length > 0 ? [] : joins.splice(0, MOST_IN_MESSAGE);
      const diff = { from, to: this.#version, joins: joined, leaves: left, isMove: this.#isDraining };
      this.#node.sayToFollowers(this.#key, { type: 'diff', node: this.#node.id, topic: this.#key, ...diff });
      this.#node.changed(this.#key, this.#version);
    }
  }

  #sendSnapshot(node: string): void {
    this.#say();
    sendSnapshot(this.#node, node, this.#key, this.#version, [...this.#own.values()]);
  }

  #takeSnapshot({ node, version, part, parts, members }: Extract<Talk, { type: 'snapshot' }>): void {
    const remote = this.#remoteOf(node);
    if (part === 0) remote.partial = { version, next: 0, members: [] };
    const partial = remote.partial?.version === version ? remote.partial : undefined;
    // It has come before.
    if (partial !== undefined ? part < partial.next : version <= remote.version) return;
    if (part !== partial?.next) {
      // Another part is missing.
      remote.partial = undefined;
      this.#ask(node, remote);
      return;
    }
    partial.next += 1;
    partial.members.push(...members);
    if (part < parts - 1) return;
    remote.partial = undefined;
    if (version < remote.version) return;
    const before = remote.members;
    const present = new Map(partial.members.map((member) => [member.id, member]));
    const leaves = [...before.values()].filter(({ id, key }) => present.get(id)?.key !== key);
    this.#node.clock.clearTimeout(remote.asked);
    Object.assign(remote, { version, members: present, asked: undefined });
    this.#view.change(node, present.values(), leaves, this.#node.isDraining(node));
  }

  #takeDiff({ node, from, to, joins, leaves, isMove }: Extract<Talk, { type: 'diff' }>): void {
    const remote = this.#remoteOf(node);
    if (to <= remote.version) return;
    if (from !== remote.version) {
      this.expect(node, to);
      return;
    }
    remote.version = to;
    for (const { id } of leaves) remote.members.delete(id);
    for (const member of joins) remote.members.set(member.id, member);
    this.#view.change(node, joins, leaves, isMove);
  }
}

/** Sends all members of a topic to a node, in parts; one part without members if there are none. */
export function sendSnapshot(
  from: Pick<PresenceNode, 'id' | 'sayTo'>,
  node: string,
  topic: string,
  version: number,
  members: readonly Present[],
): void {
  const parts = Math.max(1, Math.ceil(members.length / MOST_IN_MESSAGE));
  for (let part = 0; part < parts; part += 1) {
    const some = members.slice(part * MOST_IN_MESSAGE, (part + 1) * MOST_IN_MESSAGE);
    from.sayTo(node, { type: 'snapshot', node: from.id, topic, version, part, parts, members: some });
  }
}
