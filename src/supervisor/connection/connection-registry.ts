import type { Unsubscribable } from 'rxjs';
import type { CloseReport } from '../../transport/close-report.js';
import type { Clock } from '../api/clock.js';
import type { SupervisorEvent } from '../api/events.js';
import type { HandshakeFollower } from '../api/handshake-follower.js';
import type { Limits } from '../api/limits.js';
import type { Observer } from '../api/observer.js';
import type { SupervisorStats } from '../api/stats.js';
import type { SupervisorOptions } from '../api/supervisor.js';
import { hasChannelSubscribers, publishOnChannel } from '../reporting/event-channels.js';
import { EventHub } from '../reporting/event-hub.js';
import { Followers } from '../reporting/followers.js';
import { UnheardThrows } from '../reporting/process-warning.js';
import { RingBuffer } from '../reporting/ring-buffer.js';
import { LoadWatch } from '../time/load-watch.js';
import { Wheel } from '../time/wheel.js';
import type { ConnectionActor } from './connection-actor.js';
import { ConnectionCounts } from './connection-counts.js';
import type { ConnectionParent, Services, Totals } from './connection-parent.js';
import { Holdings } from './holdings.js';
import { type Present, presentOf, Tap } from './tap.js';

/** The number of close reports kept for `endings`. */
const ENDINGS_KEPT = 1000;

/** The number of connections of this process so far: their ids are unique in it. */
let connectionsSoFar = 0;

/**
 * The connections of one supervisor and of its child supervisors, with their close reports, counts, and events.
 * Whatever is entered here is also entered in the parent's registry.
 */
export class ConnectionRegistry implements Services {
  readonly clock: Clock;
  readonly random: () => number;
  /** One wheel for a whole tree of supervisors. */
  readonly wheel: Wheel;
  /**
   * One for the tree as well. It looks at the load while there are connections: without these turns of the wheel a
   * stall of the event loop would be found only if a deadline had fallen in it.
   */
  readonly load: LoadWatch;
  /** Called at the end of each connection. */
  readonly watchers = new Set<EndingWatcher>();
  readonly followers: Followers;
  readonly totals: Totals;
  readonly holdings: Holdings;
  readonly tap: Tap;
  readonly #parent: ConnectionRegistry | undefined;
  readonly #children = new Set<ConnectionRegistry>();
  readonly #maxConnections: number;
  readonly #hub = new EventHub((error) => this.publish({ type: 'observer.threw', error }));
  readonly #connections = new Map<string, ConnectionActor>();
  readonly #endings = new RingBuffer<CloseReport>(ENDINGS_KEPT);
  readonly #counts: ConnectionCounts;
  readonly #unheard: UnheardThrows;
  #connectionTotal = 0;

  constructor(
    clock: Clock,
    { maxConnections, maxTotalBufferedBytes }: RegistryLimits,
    parent: ConnectionRegistry | undefined,
    { keepAlive = true, random = Math.random, warnWhenFailed = false, recorder }: RegistryOptions = {},
  ) {
    this.clock = clock;
    this.random = random;
    this.#maxConnections = maxConnections;
    this.#parent = parent;
    this.#counts = new ConnectionCounts(parent === undefined ? undefined : parent.#counts);
    this.totals = this.#counts.totals;
    this.#unheard = parent === undefined ? new UnheardThrows(warnWhenFailed) : parent.#unheard;
    const onThrow = (error: unknown) => this.publish({ type: 'observer.threw', error });
    this.followers = new Followers(parent?.followers, onThrow);
    this.tap = new Tap(parent?.tap, onThrow);
    // Nothing is present yet: the first to begin is the supervisor.
    if (recorder !== undefined) this.tap.attach(recorder, () => []);
    this.wheel = parent?.wheel ?? new Wheel(clock, onThrow, keepAlive);
    this.holdings = new Holdings(maxTotalBufferedBytes, clock, this.wheel, parent?.holdings);
    this.load = parent?.load ?? new LoadWatch(this.wheel, () => clock.now());
    if (parent !== undefined) parent.#children.add(this);
  }

  get events$() {
    return this.#hub.events$;
  }

  get isObserved(): boolean {
    return this.#hub.isObserved || this.#parent?.isObserved === true;
  }

  get endings(): readonly CloseReport[] {
    return this.#endings.toArray();
  }

  get connections(): ReadonlyMap<string, ConnectionActor> {
    return this.#connections;
  }

  /** The number of connections so far. */
  get connectionTotal(): number {
    return this.#connectionTotal;
  }

  observe(observer: Observer): Unsubscribable {
    return this.tap.attach(observer, () => this.#present());
  }

  follow(follower: HandshakeFollower): Unsubscribable {
    return { unsubscribe: this.followers.attach(follower) };
  }

  /** The machines that run: of supervisors and dialers from the top down, then of connections. */
  *#present(): Iterable<Present> {
    for (const { tap } of this.#below()) yield* tap.present();
    for (const connection of this.#connections.values()) yield presentOf(connection);
  }

  *#below(): Iterable<ConnectionRegistry> {
    yield this;
    for (const child of this.#children) yield* child.#below();
  }

  /** The number of accepted connections that have not ended. */
  get acceptedTotal(): number {
    return this.#counts.accepted;
  }

  stats(): RegistryStats {
    const { lagMs, memoryShare } = this.load;
    return {
      ...this.#counts.stats(),
      drains: this.#drains(),
      localStallMs: this.wheel.stalledMs,
      load: { lagMs, memoryShare },
      heldBytes: this.holdings.totalBytes,
    };
  }

  wants(type: SupervisorEvent['type']): boolean {
    return this.isObserved || hasChannelSubscribers(type);
  }

  publish(event: SupervisorEvent): void {
    if (event.type === 'child.restarting') this.#counts.restarted();
    publishOnChannel(this.tap.supervisor, event);
    this.#deliver(event);
  }

  #deliver(event: SupervisorEvent): void {
    this.#hub.publish(event);
    if (this.#parent !== undefined) this.#parent.#deliver(event);
  }

  stateChanged(...change: Parameters<ConnectionCounts['stateChanged']>): void {
    this.#counts.stateChanged(...change);
  }

  handlerLingers(by: 1 | -1): void {
    this.#counts.handlerLingers(by);
  }

  handshakes(by: 1 | -1): void {
    this.#counts.handshakes(by);
  }

  refused(status: number, why: string): void {
    this.#counts.refused(status, why);
  }

  /** Whether one more connection is allowed, here and in every ancestor. */
  hasRoom(): boolean {
    return this.#connections.size < this.#maxConnections && this.#parent?.hasRoom() !== false;
  }

  nextId(): string {
    connectionsSoFar += 1;
    return `c${connectionsSoFar}`;
  }

  register(connection: ConnectionActor): void {
    this.#enter(connection);
    if (this.tap.isObserved) this.tap.began(this.tap.ofConnection(connection), connection.machineState.path);
  }

  #enter(connection: ConnectionActor): void {
    this.#connectionTotal += 1;
    this.#connections.set(connection.id, connection);
    if (this.#parent !== undefined) this.#parent.#enter(connection);
    // A clock without `busyMs`, as in tests, cannot stall.
    else if (this.clock.busyMs !== undefined) this.load.start();
  }

  unregister(connection: ConnectionActor, report: CloseReport): void {
    this.#counts.ended(report);
    this.holdings.forget(connection);
    this.#note(connection, report);
    this.followers.ended(connection, report);
    if (this.wants('connection.ended')) this.publish({ type: 'connection.ended', report });
    else if (report.trigger === 'handler-threw') this.#unheard.threw(report);
  }

  *connectionsOf(parent: ConnectionParent): Iterable<ConnectionActor> {
    for (const connection of this.#connections.values()) if (connection.parent === parent) yield connection;
  }

  /** Closes the registry. Its counts stay in those of the parent. */
  close(): void {
    this.#hub.complete();
    this.#counts.close();
    if (this.#parent === undefined) this.wheel.stop();
    else this.#parent.#children.delete(this);
  }

  #note(connection: ConnectionActor, report: CloseReport): void {
    this.#connections.delete(connection.id);
    this.#endings.add(report);
    for (const watcher of this.watchers) watcher.ended(connection, report);
    if (this.#parent !== undefined) this.#parent.#note(connection, report);
    else if (this.#connections.size === 0) this.load.stop();
  }

  /** The drains of this supervisor and of its child supervisors. */
  #drains(): SupervisorStats['drains'] {
    const sum = { underWay: this.watchers.size, connectionsLeft: 0 };
    for (const { remaining } of this.watchers) sum.connectionsLeft += remaining;
    for (const registry of this.#children) {
      const below = registry.#drains();
      sum.underWay += below.underWay;
      sum.connectionsLeft += below.connectionsLeft;
    }
    return sum;
  }
}

/** The limits that hold for all connections together. */
export type RegistryLimits = Pick<Limits, 'maxConnections' | 'maxTotalBufferedBytes'>;

/** The options of a supervisor that its registry follows. The topmost one decides for a whole tree. */
export type RegistryOptions = Pick<SupervisorOptions, 'random' | 'keepAlive' | 'warnWhenFailed' | 'recorder'>;

/** The part of a supervisor's `stats` that the registry counts. */
export type RegistryStats = Omit<SupervisorStats, 'state' | 'dials' | 'children' | 'intensity'>;

/** An observer of the connections of a supervisor and of its child supervisors. */
export interface EndingWatcher {
  /** A connection has ended. */
  ended(connection: ConnectionActor, report: CloseReport): void;
  /** How many connections it is still to end. */
  readonly remaining: number;
}
