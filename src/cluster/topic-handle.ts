import type { Observable } from 'rxjs';
import type { Connection, Sendable, WaitOptions } from '../index.js';
import { wrongOption } from '../transport/wrong-option.js';
import { BrokerDownError } from './api/errors.js';
import { positionOf, type TopicPosition } from './api/position.js';
import type { AddOptions, Missed, PresenceChange, PublishOptions, PublishResult, Resumed, Topic } from './api/topic.js';
import { Emitter, Watched } from './emitter.js';
import { contentFrom, contentOf, frameOf, toBroker } from './message.js';
import type { BrokerLog, LogEntry, LogPlace } from './port/broker.js';
import { checkPosition, resolveAdd, resolveAnswers, resolvePublish, resolveSince } from './resolve-cluster.js';
import { resume } from './resume.js';
import type { TopicKey } from './topic-key.js';
import type { TopicNode, TopicState } from './topic-state.js';
import { waitAtMost } from './wait.js';

/** How many entries are read at once. */
const BATCH = 128;

/** How long the broker may take to open a history, in ms. */
const READY_WITHIN_MS = 5_000;

/** What a topic's handle needs of its node. */
export interface HandleNode extends Pick<TopicNode, 'link' | 'clock' | 'openLog' | 'subjects'> {
  /** The state of a topic, while this node follows it. */
  stateOf(key: string): TopicState | undefined;
  /** The state of a topic, which is followed from now on. */
  follow(topic: TopicKey): TopicState;
  /** An entry was stored; `null` if that is not known. */
  stored(key: string, epoch: string, offset: number | null): void;
  countAll(key: string, withinMs: number): ReturnType<Topic['count']>;
  threw(error: unknown): void;
  whenStopped(then: () => void): void;
}

/** A topic as users hold it. It keeps nothing of its own, so there may be any number for one topic. */
export class TopicHandle implements Topic {
  readonly #topic: TopicKey;
  readonly #node: HandleNode;
  #changes: Emitter<PresenceChange> | undefined;
  #unwatch: () => void = () => {};

  constructor(topic: TopicKey, node: HandleNode) {
    this.#topic = topic;
    this.#node = node;
  }

  get name(): string {
    return this.#topic.name;
  }

  get history() {
    return this.#topic.history;
  }

  get size(): number {
    return this.#state?.members.size ?? 0;
  }

  get presence$(): Observable<PresenceChange> {
    if (this.#changes === undefined) {
      const changes: Emitter<PresenceChange> = new Emitter(
        (error) => this.#node.threw(error),
        (onThrow) => new Watched(onThrow, (isWatched) => this.#watch(changes, isWatched)),
      );
      this.#changes = changes;
      this.#node.whenStopped(() => changes.complete());
    }
    return this.#changes.stream;
  }

  has(connection: Connection<unknown>): boolean {
    return this.#state?.members.has(connection) === true;
  }

  add(connection: Connection<unknown>, options: AddOptions = {}): boolean {
    const resolved = resolveAdd(options, 'add');
    this.#checkEnvelope(resolved, 'add');
    return this.#node.follow(this.#topic).add(connection, resolved);
  }

  delete(connection: Connection<unknown>): boolean {
    return this.#state?.delete(connection) === true;
  }

  members() {
    return this.#state?.presence?.members ?? [];
  }

  async count(options: Pick<WaitOptions, 'withinMs'> = {}) {
    return await this.#node.countAll(this.#topic.key, resolveAnswers(options, 'count'));
  }

  async publish(data: Sendable, options: PublishOptions = {}): Promise<PublishResult> {
    const content = contentOf(data);
    const { except, withinMs } = resolvePublish(options);
    const { link } = this.#node;
    if (link === undefined) return { result: 'down' };
    if (content.payload.length > link.maxPayloadBytes)
      throw wrongOption(
        'publish: data',
        `has ${content.payload.length} bytes; the broker takes at most ${link.maxPayloadBytes}`,
      );
    const message = toBroker(content, this.#state?.except(except));
    if (this.#topic.history !== undefined) return await this.#append(message, withinMs);
    const isTaken = link.publish(this.#node.subjects.topic(this.#topic.key), message);
    return { result: isTaken ? 'taken' : 'down' };
  }

  async since(position: TopicPosition | undefined, options: { readonly limit?: number } = {}): Promise<Missed> {
    const limit = resolveSince(options, this.#historyFor('since'));
    const from = checkPosition(position, 'since');
    const log = await this.#log();
    try {
      return await readSince(log, this.#topic.key, from, limit);
    } catch (cause) {
      throw new BrokerDownError(`topic ${this.name}: the history could not be read`, { cause });
    }
  }

  async resume(connection: Connection<unknown>, position?: TopicPosition, options: AddOptions = {}): Promise<Resumed> {
    this.#historyFor('resume');
    const from = checkPosition(position, 'resume');
    const resolved = resolveAdd(options, 'resume');
    if (this.#node.link === undefined) throw new BrokerDownError(`topic ${this.name}: the broker is not reached`);
    const state = this.#node.follow(this.#topic);
    const letGo = state.hold();
    try {
      if (state.feed === undefined) throw this.#silent();
      await this.#waited(state.feed.ready, READY_WITHIN_MS);
      return await resume(state, state.feed, connection, from, resolved);
    } finally {
      letGo();
    }
  }

  get #state(): TopicState | undefined {
    return this.#node.stateOf(this.#topic.key);
  }

  #historyFor(call: string) {
    if (this.#topic.history === undefined)
      throw wrongOption(`${call}: topic`, 'has no history; name one: cluster.topic(name, { history })');
    return this.#topic.history;
  }

  #checkEnvelope({ envelope }: AddOptions, call: string): void {
    if (envelope === true && this.#topic.history === undefined)
      throw wrongOption(`${call}: envelope`, 'is true, but the topic has no history; its messages have no position');
  }

  #watch(changes: Emitter<PresenceChange>, isWatched: boolean): void {
    this.#unwatch();
    this.#unwatch = isWatched ? this.#node.follow(this.#topic).watch((change) => changes.emit(change)) : () => {};
  }

  async #log(): Promise<BrokerLog> {
    try {
      return await this.#node.openLog(this.#topic);
    } catch (cause) {
      throw new BrokerDownError(`topic ${this.name}: the broker is not reached, or has no history`, { cause });
    }
  }

  #waited(log: Promise<BrokerLog>, ms: number): Promise<BrokerLog> {
    return waitAtMost(log, ms, this.#node.clock, () => this.#silent());
  }

  #silent(): BrokerDownError {
    return new BrokerDownError(`topic ${this.name}: the broker does not answer for its history`);
  }

  async #append(message: ReturnType<typeof toBroker>, withinMs: number): Promise<PublishResult> {
    const { clock } = this.#node;
    const until = clock.now() + withinMs;
    let log: BrokerLog;
    try {
      // Members here that have just been added are to get it.
      log = await this.#waited(this.#state?.feed?.ready ?? this.#log(), withinMs);
    } catch (error) {
      return { result: 'down', error: error as Error };
    }
    const appended = await log.append(this.#topic.key, message, Math.max(1, until - clock.now()));
    if (appended.kind === 'unconfirmed') {
      // It may be there, and who follows may have missed it.
      this.#node.stored(this.#topic.key, log.epoch, null);
      return { result: 'unconfirmed' };
    }
    if (appended.kind === 'refused') return { result: 'refused', error: appended.error };
    const position = positionOf(log.epoch, appended.place);
    this.#node.stored(this.#topic.key, log.epoch, position.offset);
    return { result: 'taken', position };
  }
}

/** Reads what there is after a position, up to a limit. */
async function readSince(
  log: BrokerLog,
  key: string,
  position: TopicPosition | undefined,
  limit: number,
): Promise<Missed> {
  const isOurs = position !== undefined && position.epoch === log.epoch;
  const last = await log.last(key);
  // No message had a position beyond the end.
  if (!isOurs || (last !== undefined && position.offset > last.offset)) {
    const place = last ?? { offset: 0, at: 0 };
    return { frames: [], position: positionOf(log.epoch, place), isComplete: false };
  }
  const entries: LogEntry[] = [];
  let place: LogPlace = position;
  let isComplete = true;
  while (entries.length < limit) {
    const batch = await log.read(key, place, Math.min(BATCH, limit - entries.length));
    isComplete &&= batch.isComplete;
    entries.push(...batch.entries);
    place = batch.entries.at(-1) ?? place;
    if (batch.entries.length === 0) break;
  }
  isComplete &&= place.offset >= (last?.offset ?? 0);
  const frames = entries.map((entry) => frameOf(contentFrom(entry)));
  return { frames, position: positionOf(log.epoch, place), isComplete };
}
