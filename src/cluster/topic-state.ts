import type { Connection } from '../index.js';
import type { ClusterEvent } from './api/cluster-event.js';
import type { AddOptions, PresenceChange } from './api/topic.js';
import { LogFeed } from './history/log-feed.js';
import { Members } from './members.js';
import { contentFrom, exceptionOf } from './message.js';
import type { Subjects } from './names.js';
import type { BrokerLink, BrokerLog, BrokerMessage, LogEntry } from './port/broker.js';
import type { TopicKey } from './topic-key.js';
import { type PresenceNode, TopicPresence } from './topic-presence.js';

/** What a topic needs of its node. */
export interface TopicNode extends PresenceNode {
  readonly link: BrokerLink | undefined;
  readonly idleMs: number;
  /** The log of topics that keep as much; rejects without a link. */
  openLog(topic: TopicKey): Promise<BrokerLog>;
  readonly subjects: Subjects;
  /** What nodes say on the subject of a topic's presence. */
  hear(subject: string, message: BrokerMessage): void;
  identityOf(connection: Connection<unknown>): string | undefined;
  publishEvent(event: ClusterEvent): void;
  /** A topic without history was subscribed on the present link, after the end of another one. */
  followedAgain(topic: string): void;
  /** The topic has been idle for long enough. */
  release(topic: TopicState): void;
}

/** How many publications may be under way whose sender is a member here, before the oldest is forgotten. */
const MOST_EXCEPTIONS = 1_000;

/** A topic that this node follows: as long as it has members, or its presence is watched, and a moment longer. */
export class TopicState {
  readonly topic: TopicKey;
  readonly members: Members;
  /** The history's entries; `undefined` without history. */
  readonly feed: LogFeed | undefined;
  readonly #node: TopicNode;
  readonly #exceptions = new Map<string, Connection<unknown>>();
  readonly #watchers = new Set<(change: PresenceChange) => void>();
  #presence: TopicPresence | undefined;
  /** What keeps it beside members: watchers of its presence, and connections that are being brought up to date. */
  #holds = 0;
  #idle: unknown;
  #leaveMessages: () => void = () => {};
  #leavePresence: () => void = () => {};
  #exceptionsSoFar = 0;
  #hadLink = false;

  constructor(topic: TopicKey, node: TopicNode) {
    this.topic = topic;
    this.#node = node;
    this.members = new Members((connection) => this.#left(connection));
    this.feed = topic.history === undefined ? undefined : this.#newFeed();
    if (node.link !== undefined) void this.up(node.link);
  }

  get presence(): TopicPresence | undefined {
    return this.#presence;
  }

  /** @returns `false` if it is not open. */
  add(connection: Connection<unknown>, { presence, key, envelope = false }: AddOptions): boolean {
    if (!this.members.add(connection, envelope)) {
      this.#checkIdle();
      return false;
    }
    this.#node.clock.clearTimeout(this.#idle);
    if (presence === undefined) this.#presence?.remove(connection.id);
    else {
      const who = key ?? this.#node.identityOf(connection) ?? connection.id;
      this.#followPresence().set({ id: connection.id, key: who, presence });
    }
    return true;
  }

  delete(connection: Connection<unknown>): boolean {
    return this.members.delete(connection);
  }

  /** Keeps the topic until the function that it returns is called. */
  hold(): () => void {
    this.#holds += 1;
    this.#node.clock.clearTimeout(this.#idle);
    return () => {
      this.#holds -= 1;
      this.#checkIdle();
    };
  }

  /** Follows who is present, and keeps the topic, until the function that it returns is called. */
  watch(changed: (change: PresenceChange) => void): () => void {
    this.#followPresence();
    this.#watchers.add(changed);
    const letGo = this.hold();
    return () => {
      this.#watchers.delete(changed);
      letGo();
    };
  }

  /** A mark for a message that a member here does not get; `undefined` for one that is no member. */
  except(connection: Connection<unknown> | undefined): string | undefined {
    if (connection === undefined || !this.members.has(connection)) return undefined;
    this.#exceptionsSoFar += 1;
    const mark = `${this.#node.id}/${this.#exceptionsSoFar}`;
    this.#exceptions.set(mark, connection);
    if (this.#exceptions.size > MOST_EXCEPTIONS) {
      for (const [oldest] of this.#exceptions) {
        this.#exceptions.delete(oldest);
        break;
      }
    }
    return mark;
  }

  /** Whether nothing keeps it. */
  get isIdle(): boolean {
    return this.members.size === 0 && this.#holds === 0;
  }

  /** There is a link. A promise resolves when it is used, or has ended. */
  up(link: BrokerLink): Promise<void> | undefined {
    const beginning = this.feed?.up();
    if (this.feed === undefined) {
      const subject = this.#node.subjects.topic(this.topic.key);
      this.#leaveMessages = link.subscribe(subject, (message) => this.#deliver(message, undefined));
      // Whatever was published in between is lost.
      if (this.#hadLink && this.members.size > 0) this.#node.followedAgain(this.topic.name);
    }
    this.#hadLink = true;
    if (this.#presence !== undefined) this.#listen(link);
    return beginning;
  }

  down(): void {
    this.feed?.down();
    this.#leaveMessages = () => {};
    this.#leavePresence = () => {};
  }

  close(): void {
    this.#node.clock.clearTimeout(this.#idle);
    this.#presence?.close();
    this.feed?.close();
    this.#leaveMessages();
    this.#leavePresence();
  }

  #newFeed(): LogFeed {
    const { key, name } = this.topic;
    const { publishEvent } = this.#node;
    return new LogFeed(
      key,
      () => this.#node.openLog(this.topic),
      {
        deliver: (entry) => this.#deliver(entry, entry),
        gap: (from) => publishEvent({ type: 'topic.gap', topic: name, from }),
        restated: (isComplete) => this.#restate(isComplete),
        caughtUp: (messages) => publishEvent({ type: 'topic.caught-up', topic: name, messages }),
        failed: (error) => publishEvent({ type: 'topic.error', topic: name, error }),
      },
      this.#node.clock,
    );
  }

  #restate(isComplete: boolean): void {
    const position = this.feed?.position;
    if (position !== undefined) this.members.state(position, isComplete);
  }

  #deliver(message: BrokerMessage, entry: LogEntry | undefined): void {
    const mark = exceptionOf(message);
    const except = mark === undefined ? undefined : this.#exceptions.get(mark);
    if (mark !== undefined) this.#exceptions.delete(mark);
    const missed = this.members.deliver(contentFrom(message), entry?.offset, except);
    if (missed > 0) this.#node.publishEvent({ type: 'topic.dropped', topic: this.topic.name, connections: missed });
  }

  #followPresence(): TopicPresence {
    if (this.#presence !== undefined) return this.#presence;
    this.#presence = new TopicPresence(this.topic.key, this.#node, (change) => {
      for (const changed of this.#watchers) changed(change);
    });
    if (this.#node.link !== undefined) this.#listen(this.#node.link);
    return this.#presence;
  }

  #listen(link: BrokerLink): void {
    const subject = this.#node.subjects.presence(this.topic.key);
    this.#leavePresence = link.subscribe(subject, (message) => this.#node.hear(subject, message));
    this.#presence?.up();
  }

  #left(connection: Connection<unknown>): void {
    this.#presence?.remove(connection.id);
    this.#checkIdle();
  }

  #checkIdle(): void {
    this.#node.clock.clearTimeout(this.#idle);
    if (!this.isIdle) return;
    this.#idle = this.#node.clock.setTimeout(() => this.#node.release(this), this.#node.idleMs);
  }
}
