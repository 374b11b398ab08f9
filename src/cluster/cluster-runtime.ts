import type { Observable } from 'rxjs';
import { type Connection, DeadlineError, type Supervisor, type WaitOptions, WirekeeperError } from '../index.js';
import { LONGEST_TIMER_MS } from '../supervisor/api/clock.js';
import { resolveWait } from '../supervisor/options/resolve-wait.js';
import { deferred } from '../supervisor/time/deferred.js';
import { checkClose } from '../transport/close-code.js';
import type { CloseAccount, Cluster, ClusterNode, ClusterStatus, IdentityClose } from './api/cluster.js';
import type { ClusterEvent } from './api/cluster-event.js';
import { BrokerDownError } from './api/errors.js';
import type { ClusterTopics, Topic, TopicHistory } from './api/topic.js';
import { BrokerLine } from './broker-line.js';
import { Emitter } from './emitter.js';
import { Identities } from './identities.js';
import { tokenOf } from './names.js';
import { NodeTalk } from './node-talk.js';
import type { BrokerLink } from './port/broker.js';
import { type ClusterSettings, checkIdentity, resolveIdentityClose, resolveTopic } from './resolve-cluster.js';
import { TopicHandle } from './topic-handle.js';
import { topicKey } from './topic-key.js';
import { Topics } from './topics.js';

/** The longest id of a child. */
const LONGEST_ID = 128;

/** This node's part of a cluster: it wires the link, the topics, the identities, and the talk with other nodes. */
export class ClusterRuntime implements Cluster {
  readonly node: string;
  readonly #supervisor: Supervisor;
  readonly #settings: ClusterSettings;
  readonly #events: Emitter<ClusterEvent>;
  readonly #identities = new Identities();
  readonly #line: BrokerLine;
  readonly #talk: NodeTalk;
  readonly #topics: Topics;
  readonly #stopped = deferred<void>();
  /** Those who wait for the broker. */
  readonly #waiting = new Set<() => void>();
  #stopping: Promise<void> | undefined;

  constructor(supervisor: Supervisor, settings: ClusterSettings, node: string) {
    this.node = node;
    this.#supervisor = supervisor;
    this.#settings = settings;
    const { clock } = supervisor;
    const publishEvent = (event: ClusterEvent) => this.#events.emit(event);
    this.#events = new Emitter((error) => publishEvent({ type: 'observer.threw', error }));
    this.#talk = new NodeTalk(node, settings, clock, publishEvent, {
      closeIdentity: (identity, code, reason) => this.#identities.close(identity, code, reason),
      count: (topic) => this.#topics.count(topic),
      hearPresence: (talk) => this.#topics.hearPresence(talk),
      expectPresence: (from, changed) => this.#topics.expectPresence(from, changed),
      expectStored: (stored) => this.#topics.expectStored(stored),
      remindOf: (topic) => this.#topics.remindOf(topic),
      remindOfAll: () => this.#topics.remindOfAll(),
      missed: () => this.#topics.missed(),
      gone: (other, isMove) => this.#topics.gone(other, isMove),
    });
    this.#topics = new Topics({
      settings,
      clock,
      talk: this.#talk,
      identityOf: (connection) => this.#identities.of(connection),
      publishEvent,
      whenStopped: (then) => void this.#stopped.promise.then(then),
    });
    this.#line = new BrokerLine(
      { ...settings, node, clock },
      {
        up: (link) => this.#linkUp(link),
        down: (error, hadLink) => this.#linkDown(error, hadLink),
        stopping: () => this.#talk.bye(),
      },
    );
  }

  get name(): string {
    return this.#settings.name;
  }

  get status(): ClusterStatus {
    return this.#line.status;
  }

  get isReady(): boolean {
    return this.#supervisor.isReady && (!this.#settings.needsBroker || this.status === 'up');
  }

  get nodes(): readonly ClusterNode[] {
    return this.#talk.nodes;
  }

  get topics(): ClusterTopics {
    const topics = this.#topics;
    return {
      get size() {
        return topics.size;
      },
      *[Symbol.iterator]() {
        for (const topic of topics.followed()) yield new TopicHandle(topic, topics);
      },
    };
  }

  get events$(): Observable<ClusterEvent> {
    return this.#events.stream;
  }

  async start(): Promise<void> {
    for (const connection of this.#supervisor.connections.values()) this.#greet(connection);
    const watching = this.#supervisor.events$.subscribe((event) => {
      if (event.type === 'connection.opened') this.#greet(event.connection);
      else if (event.type === 'drain.started' && !event.isPartial) this.#talk.drain();
    });
    void this.#stopped.promise.then(() => watching.unsubscribe());
    try {
      await this.#supervisor.startChild(this.#line.spec(this.#childId));
    } catch (error) {
      this.#end();
      throw error;
    }
    void this.#supervisor.ended.then(() => this.#end());
  }

  async connected(options: WaitOptions = {}): Promise<void> {
    const { signal, withinMs = Number.POSITIVE_INFINITY } = resolveWait(options, 'connected');
    signal?.throwIfAborted();
    if (this.status === 'up') return;
    const { clock } = this.#supervisor;
    const { promise, resolve, reject } = deferred<void>();
    const letGo = clock.keepAlive?.();
    const late = () => reject(new DeadlineError(`connected: the broker was not reached within ${withinMs} ms.`));
    const timer = withinMs <= LONGEST_TIMER_MS ? clock.setTimeout(late, withinMs) : undefined;
    const onAbort = () => reject(signal?.reason);
    signal?.addEventListener('abort', onAbort);
    this.#waiting.add(resolve);
    void this.#stopped.promise.then(() => reject(new BrokerDownError('the cluster has stopped')));
    try {
      await promise;
    } finally {
      letGo?.();
      clock.clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      this.#waiting.delete(resolve);
    }
  }

  topic(name: string, options: { readonly history?: TopicHistory | undefined } = {}): Topic {
    const { name: checked, history } = resolveTopic(name, options);
    return new TopicHandle(topicKey(this.name, checked, history), this.#topics);
  }

  identify(connection: Connection<unknown>, identity: string): boolean {
    return this.#identities.identify(connection, checkIdentity(identity, 'identify'));
  }

  async close(identity: string, options: IdentityClose = {}): Promise<CloseAccount> {
    const who = checkIdentity(identity, 'close');
    const { code, reason, withinMs } = resolveIdentityClose(options);
    checkClose(code, reason, 'accepted');
    const here = this.#identities.close(who, code, reason);
    const { values, unanswered } = await this.#talk.closeElsewhere(who, code, reason, withinMs);
    const counts = [here, ...values.values()];
    const closed = counts.reduce((sum, count) => sum + count, 0);
    return { closed, nodes: counts.filter((count) => count > 0).length, unanswered };
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#leave();
    return this.#stopping;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  get #childId(): string {
    return `cluster-${tokenOf(this.name)}`.slice(0, LONGEST_ID);
  }

  async #leave(): Promise<void> {
    try {
      await this.#supervisor.terminateChild(this.#childId);
      await this.#supervisor.deleteChild(this.#childId);
    } catch (error) {
      // The supervisor has ended, or was stopping: the link is closed with it.
      if (!(error instanceof WirekeeperError)) throw error;
      await this.#supervisor.ended;
    }
    this.#end();
  }

  #linkUp(link: BrokerLink): void {
    this.#talk.up(link);
    this.#topics.up(link);
    this.#events.emit({ type: 'broker.up', broker: this.#settings.broker.name });
    for (const resolve of this.#waiting) resolve();
  }

  #linkDown(error: unknown, hadLink: boolean): void {
    if (hadLink) {
      this.#talk.down();
      this.#topics.down();
    }
    if (error !== undefined) this.#events.emit({ type: 'broker.down', broker: this.#settings.broker.name, error });
  }

  #end(): void {
    this.#topics.close();
    this.#stopped.resolve();
    this.#events.complete();
  }

  /** Notes who a new connection is. */
  #greet(connection: Connection<unknown>): void {
    if (connection.identity !== undefined && connection.state === 'open')
      this.#identities.identify(connection, connection.identity);
  }
}
