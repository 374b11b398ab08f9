import type { Connection } from '../index.js';
import type { Clock } from '../supervisor/api/clock.js';
import type { ClusterEvent } from './api/cluster-event.js';
import { BrokerDownError } from './api/errors.js';
import type { TopicCount } from './api/topic.js';
import { Gaps } from './gaps.js';
import type { Subjects } from './names.js';
import type { NodeTalk } from './node-talk.js';
import type { BrokerLink, BrokerLog, BrokerMessage } from './port/broker.js';
import type { ClusterSettings } from './resolve-cluster.js';
import type { Changed, Stored } from './talk.js';
import type { HandleNode } from './topic-handle.js';
import type { TopicKey } from './topic-key.js';
import { type PresenceTalk, sendSnapshot } from './topic-presence.js';
import { type TopicNode, TopicState } from './topic-state.js';
import { Turns } from './turns.js';

/** What topics need of their cluster. */
export interface TopicsOwner {
  readonly settings: ClusterSettings;
  readonly clock: Clock;
  readonly talk: NodeTalk;
  identityOf(connection: Connection<unknown>): string | undefined;
  publishEvent(event: ClusterEvent): void;
  whenStopped(then: () => void): void;
}

/** The topics that this node follows, and the link and the logs that they share. */
export class Topics implements TopicNode, HandleNode {
  readonly #owner: TopicsOwner;
  readonly #states = new Map<string, TopicState>();
  /** Those that the present link has still to be used for. */
  readonly #rising: Turns<TopicState>;
  /** Those with entries that nobody may be able to name. */
  readonly #checking: Turns<TopicState>;
  /** Those that were idle for long enough. */
  readonly #leaving: Turns<TopicState>;
  /** The logs that were opened on the present link. */
  #logs = new Map<string, Promise<BrokerLog>>();
  #link: BrokerLink | undefined;
  /** Of the present link. */
  #gaps: Gaps | undefined;
  #versions = 0;

  constructor(owner: TopicsOwner) {
    this.#owner = owner;
    this.#rising = new Turns(owner.clock, (state) => this.#link && state.up(this.#link));
    this.#checking = new Turns(owner.clock, (state) => state.feed?.check());
    this.#leaving = new Turns(owner.clock, (state) => this.#leave(state));
  }

  get id(): string {
    return this.#owner.talk.id;
  }

  get clock(): Clock {
    return this.#owner.clock;
  }

  get graceMs(): number {
    return this.#owner.settings.graceMs;
  }

  get idleMs(): number {
    return this.#owner.settings.idleMs;
  }

  get link(): BrokerLink | undefined {
    return this.#link;
  }

  /** How many are followed. */
  get size(): number {
    return this.#states.size;
  }

  *followed(): IterableIterator<TopicKey> {
    for (const { topic } of this.#states.values()) yield topic;
  }

  stateOf(key: string): TopicState | undefined {
    const state = this.#states.get(key);
    // A topic that is used does not wait for all others.
    if (state !== undefined) this.#rising.hurry(state);
    return state;
  }

  follow(topic: TopicKey): TopicState {
    let state = this.stateOf(topic.key);
    if (state === undefined) {
      state = new TopicState(topic, this);
      this.#states.set(topic.key, state);
    }
    return state;
  }

  release(topic: TopicState): void {
    this.#leaving.push(topic);
  }

  up(link: BrokerLink): void {
    this.#link = link;
    this.#gaps = new Gaps(link, (topic) => this.publishEvent({ type: 'topic.gap', topic }));
    for (const state of this.#states.values()) this.#rising.push(state);
  }

  down(): void {
    this.#link = undefined;
    this.#gaps?.end();
    this.#logs = new Map();
    this.#rising.clear();
    this.#checking.clear();
    for (const state of this.#states.values()) state.down();
  }

  /** The cluster has stopped: nothing is followed any more. */
  close(): void {
    this.#rising.clear();
    this.#checking.clear();
    this.#leaving.clear();
    this.#gaps?.end();
    for (const state of this.#states.values()) state.close();
    this.#states.clear();
  }

  openLog({ log }: TopicKey): Promise<BrokerLog> {
    if (this.#link === undefined || log === undefined)
      return Promise.reject(new BrokerDownError('the broker of the cluster is not reached'));
    let opened = this.#logs.get(log.name);
    if (opened === undefined) {
      const logs = this.#logs;
      opened = this.#link.openLog(log);
      logs.set(log.name, opened);
      // A failure is not kept: the next one who asks tries again.
      opened.catch(() => logs.delete(log.name));
    }
    return opened;
  }

  get subjects(): Subjects {
    return this.#owner.talk.subjects;
  }

  isDraining(node: string): boolean {
    return this.#owner.talk.isDraining(node);
  }

  sayToFollowers(key: string, talk: PresenceTalk): void {
    this.#owner.talk.say(this.subjects.presence(key), talk);
  }

  sayTo(node: string, talk: PresenceTalk): boolean {
    return this.#owner.talk.sayTo(node, talk);
  }

  nextVersion(): number {
    this.#versions += 1;
    return this.#versions;
  }

  changed(key: string, version: number): void {
    this.#owner.talk.changed(key, version);
  }

  sayFollowed(key: string): void {
    this.#owner.talk.sayFollowed(key);
  }

  stored(key: string, epoch: string, offset: number | null): void {
    this.#owner.talk.stored(key, epoch, offset);
  }

  hear(subject: string, message: BrokerMessage): void {
    this.#owner.talk.hear(subject, message);
  }

  identityOf(connection: Connection<unknown>): string | undefined {
    return this.#owner.identityOf(connection);
  }

  // A property, so that it may be handed on alone.
  readonly publishEvent = (event: ClusterEvent): void => this.#owner.publishEvent(event);

  followedAgain(topic: string): void {
    this.#gaps?.add(topic);
  }

  threw(error: unknown): void {
    this.publishEvent({ type: 'observer.threw', error });
  }

  whenStopped(then: () => void): void {
    this.#owner.whenStopped(then);
  }

  async countAll(key: string, withinMs: number): Promise<TopicCount> {
    const here = this.count(key);
    const { values, unanswered } = await this.#owner.talk.countElsewhere(key, withinMs);
    const connections = [...values.values()].reduce((sum, count) => sum + count, here);
    return { connections, nodes: values.size + 1, unanswered };
  }

  /** How many connections a topic has here. */
  count(key: string): number {
    return this.#states.get(key)?.members.size ?? 0;
  }

  hearPresence(talk: PresenceTalk): void {
    const presence = this.#states.get(talk.topic)?.presence;
    if (presence !== undefined) presence.hear(talk);
    // Nobody is here any more, but the one that asks may believe so.
    else if (talk.type === 'ask') sendSnapshot(this, talk.node, talk.topic, this.nextVersion(), []);
  }

  expectPresence(node: string, [key, version]: Changed): void {
    this.#states.get(key)?.presence?.expect(node, version);
  }

  remindOf(key: string): void {
    this.#states.get(key)?.presence?.remind();
  }

  remindOfAll(): void {
    for (const { presence } of this.#states.values()) presence?.remind();
  }

  expectStored([key, epoch, offset]: Stored): void {
    const state = this.#states.get(key);
    if (offset !== null) state?.feed?.expect(epoch, offset);
    else if (state !== undefined) this.#checking.push(state);
  }

  /** What another node has said of the entries that it stored was missed. */
  missed(): void {
    for (const state of this.#states.values()) if (state.feed !== undefined) this.#checking.push(state);
  }

  gone(node: string, isMove: boolean): void {
    for (const { presence } of this.#states.values()) presence?.gone(node, isMove);
    // What it stored last it has said to nobody, perhaps.
    this.missed();
  }

  #leave(state: TopicState): undefined {
    if (!state.isIdle) return;
    this.#states.delete(state.topic.key);
    state.close();
  }
}
