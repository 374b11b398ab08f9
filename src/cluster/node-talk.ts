import type { Clock } from '../supervisor/api/clock.js';
import type { ClusterNode } from './api/cluster.js';
import type { ClusterEvent } from './api/cluster-event.js';
import { type Answers, Asking } from './asking.js';
import { MOST_PAUSE_MS } from './broker-line.js';
import { type Subjects, subjectsOf } from './names.js';
import { NodeList, type NodeRules } from './node-list.js';
import type { BrokerLink, BrokerMessage } from './port/broker.js';
import { Recent } from './recent.js';
import { type Changed, readTalk, type Stored, type Talk, writeTalk } from './talk.js';
import type { PresenceTalk } from './topic-presence.js';

/** What a node does about what others say. */
export interface TalkHandlers {
  /** Closes the connections of an identity here. Returns how many. */
  closeIdentity(identity: string, code: number, reason: string): number;
  /** How many connections a topic has here. */
  count(topic: string): number;
  hearPresence(talk: PresenceTalk): void;
  expectPresence(node: string, changed: Changed): void;
  expectStored(stored: Stored): void;
  /** Another node follows the presence of a topic. */
  remindOf(topic: string): void;
  /** Another node has missed what was said here of the presence of topics. */
  remindOfAll(): void;
  /** What another node has said of the entries that it stored was missed. */
  missed(): void;
  /** A node is there no longer. */
  gone(node: string, isMove: boolean): void;
}

/** The most topics that one heartbeat repeats of each kind. */
const MOST_REPEATED = 1_000;

type Beat = Extract<Talk, { readonly type: 'beat' }>;

const NOTHING_SAID = { isNew: false, answers: null, changed: [], stored: [], followed: [], missed: [] };

/** What this node says to the others, and hears from them. */
export class NodeTalk {
  readonly id: string;
  readonly subjects: Subjects;
  readonly #rules: NodeRules;
  readonly #clock: Clock;
  readonly #publish: (event: ClusterEvent) => void;
  readonly #handlers: TalkHandlers;
  readonly #list: NodeList;
  readonly #asking: Asking;
  readonly #changed = new Recent<Changed>();
  readonly #stored = new Recent<Stored>();
  readonly #followed = new Recent<string>();
  /** Nodes of which a heartbeat was missed. */
  readonly #missed = new Recent<string>();
  #beats = 0;
  #link: BrokerLink | undefined;
  #beating: unknown;
  #drains = false;

  constructor(
    id: string,
    settings: NodeRules & { readonly name: string },
    clock: Clock,
    publish: (event: ClusterEvent) => void,
    handlers: TalkHandlers,
  ) {
    this.id = id;
    this.subjects = subjectsOf(settings.name);
    this.#rules = settings;
    this.#clock = clock;
    this.#publish = publish;
    this.#handlers = handlers;
    this.#list = new NodeList(clock, settings, publish);
    this.#asking = new Asking(clock);
  }

  get nodes(): readonly ClusterNode[] {
    return [{ id: this.id, isSelf: true, isDraining: this.#drains }, ...this.#list.nodes];
  }

  isDraining(node: string): boolean {
    return node === this.id ? this.#drains : this.#list.isDraining(node);
  }

  up(link: BrokerLink): void {
    this.#link = link;
    for (const subject of [this.subjects.nodes, this.subjects.node(this.id)])
      link.subscribe(subject, (message) => this.hear(subject, message));
    this.#list.forgive(MOST_PAUSE_MS);
    this.#beat(true);
  }

  down(): void {
    this.#link = undefined;
    this.#clock.clearTimeout(this.#beating);
  }

  /** This node drains: its members move elsewhere. */
  drain(): void {
    this.#drains = true;
    if (this.#link !== undefined) this.#beat(false);
  }

  /** This node leaves. */
  bye(): void {
    this.say(this.subjects.nodes, { type: 'bye', node: this.id });
    // Nothing after it: whatever this node said, the others would take it for one that has come.
    this.down();
    this.#asking.close();
  }

  /** Says something; `false` if nobody can hear it. */
  say(subject: string, talk: Talk): boolean {
    return this.#link?.publish(subject, { payload: writeTalk(talk), headers: {} }) === true;
  }

  sayTo(node: string, talk: Talk): boolean {
    return this.say(this.subjects.node(node), talk);
  }

  changed(key: string, version: number): void {
    this.#changed.set(key, [key, version]);
  }

  /** An entry was stored; `null` if that is not known. */
  stored(key: string, epoch: string, offset: number | null): void {
    this.#stored.set(key, [key, epoch, offset]);
  }

  sayFollowed(key: string): void {
    this.#followed.set(key, key);
  }

  closeElsewhere(identity: string, code: number, reason: string, withinMs: number): Promise<Answers> {
    const node = this.id;
    return this.#ask(withinMs, (request) => ({ type: 'close', node, request, identity, code, reason }));
  }

  countElsewhere(topic: string, withinMs: number): Promise<Answers> {
    return this.#ask(withinMs, (request) => ({ type: 'count', node: this.id, request, topic }));
  }

  /** A message has come on one of the subjects where nodes talk. */
  hear(subject: string, { payload }: BrokerMessage): void {
    let talk: Talk;
    try {
      talk = readTalk(payload);
    } catch (error) {
      this.#publish({ type: 'node.garbled', subject, error });
      return;
    }
    if (talk.node !== this.id) this.#hear(talk);
  }

  #hear(talk: Talk): void {
    switch (talk.type) {
      case 'beat':
        this.#hearBeat(talk);
        return;
      case 'bye':
        if (this.#list.left(talk.node)) this.#handlers.gone(talk.node, true);
        return;
      case 'close':
        this.#answer(talk, this.#handlers.closeIdentity(talk.identity, talk.code, talk.reason));
        return;
      case 'count':
        this.#answer(talk, this.#handlers.count(talk.topic));
        return;
      case 'answer':
        this.#asking.answered(talk.request, talk.node, talk.value);
        return;
      default:
        this.#handlers.hearPresence(talk);
        return;
    }
  }

  #hearBeat(talk: Beat): void {
    // One that answers this node has heard it, and what it asked.
    const isFirst = talk.isNew || talk.answers === this.id;
    const { isUnknown, hasMissed } = this.#list.heard({ ...talk, isFirst });
    // The newcomer does not know this node yet.
    if (talk.isNew || isUnknown) this.#sayBeat({ answers: talk.node });
    if (hasMissed) {
      this.#missed.set(talk.node, talk.node);
      this.#handlers.missed();
    }
    if (talk.missed.includes(this.id)) this.#handlers.remindOfAll();
    for (const changed of talk.changed) this.#handlers.expectPresence(talk.node, changed);
    for (const stored of talk.stored) this.#handlers.expectStored(stored);
    for (const topic of talk.followed) this.#handlers.remindOf(topic);
  }

  #answer({ node, request }: { readonly node: string; readonly request: number }, value: number): void {
    this.sayTo(node, { type: 'answer', node: this.id, request, value });
  }

  #ask(withinMs: number, question: (request: number) => Talk): Promise<Answers> {
    return this.#asking.ask(this.#list.ids, withinMs, (request) => this.say(this.subjects.nodes, question(request)));
  }

  #beat(isNew: boolean): void {
    this.#clock.clearTimeout(this.#beating);
    this.#beating = this.#clock.setTimeout(() => this.#beat(false), this.#rules.heartbeatMs);
    for (const node of this.#list.judge()) this.#handlers.gone(node, false);
    const stored = this.#stored.take(MOST_REPEATED);
    this.#sayBeat({
      isNew,
      changed: this.#changed.take(MOST_REPEATED),
      stored,
      followed: this.#followed.take(MOST_REPEATED),
      missed: this.#missed.take(MOST_REPEATED),
    });
    // What this node has stored itself may not have come to it either.
    for (const each of stored) this.#handlers.expectStored(each);
  }

  #sayBeat(said: Partial<Beat>): void {
    this.#beats += 1;
    const beat = { ...NOTHING_SAID, count: this.#beats, isDraining: this.#drains, ...said };
    this.say(this.subjects.nodes, { type: 'beat', node: this.id, ...beat });
  }
}
