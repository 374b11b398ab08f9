import type { Unsubscribable } from 'rxjs';
import type { CloseReport, EndedBy } from '../../transport/close-report.js';
import type { Clock } from '../api/clock.js';
import type { SupervisorEvent } from '../api/events.js';
import { type Fates, fatesOf } from '../api/fates.js';
import type { Observer } from '../api/observer.js';
import type { SupervisorStats } from '../api/stats.js';
import { Timer } from '../time/timer.js';
import { Wheel } from '../time/wheel.js';
import type { ConnectionActor } from './connection-actor.js';
import type { ConnectionParent, Services, Totals } from './connection-parent.js';
import { EventHub } from './event-hub.js';
import { RingBuffer } from './ring-buffer.js';
import { type Present, presentOf, Tap } from './tap.js';

/** The number of close reports kept for `endings`. */
const ENDINGS_KEPT = 1000;

/**
 * The longest time between two turns of the wheel while there are connections, in ms. Without these turns a stall of
 * the event loop would be found only if a deadline had fallen in it.
 */
const BEAT_MS = 1000;

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
  /** Called at the end of each connection. */
  readonly watchers = new Set<EndingWatcher>();
  readonly totals: Totals = { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0, framesDropped: 0 };
  /** The fates of the messages of connections that have ended. */
  readonly #fates = { written: 0, discarded: 0, unknown: 0 };
  readonly tap: Tap;
  readonly #parent: ConnectionRegistry | undefined;
  readonly #children = new Set<ConnectionRegistry>();
  readonly #maxConnections: number;
  readonly #hub = new EventHub((error) => this.publish({ type: 'observer.threw', error }));
  readonly #connections = new Map<string, ConnectionActor>();
  readonly #endings = new RingBuffer<CloseReport>(ENDINGS_KEPT);
  readonly #ended: Partial<Record<CloseReport['trigger'], number>> = {};
  readonly #cutShort: Partial<Record<EndedBy, number>> = {};
  readonly #refusedWith: Record<number, number> = {};
  readonly #live: Record<LiveState, number> = { connecting: 0, open: 0, closing: 0 };
  /** Used in the registry that made the wheel. */
  readonly #beat: Timer;
  #endedTotal = 0;
  #handshakes = 0;
  #lingering = 0;
  #connectionTotal = 0;

  /**
   * @param keepsAlive whether pending work keeps the process alive; the topmost registry decides for the whole tree.
   */
  constructor(
    clock: Clock,
    maxConnections: number,
    parent: ConnectionRegistry | undefined,
    keepsAlive = true,
    random = Math.random,
  ) {
    this.clock = clock;
    this.random = random;
    this.#maxConnections = maxConnections;
    this.#parent = parent;
    this.tap = new Tap(parent?.tap, (error) => this.publish({ type: 'observer.threw', error }));
    this.wheel =
      parent?.wheel ?? new Wheel(clock, (error) => this.publish({ type: 'observer.threw', error }), keepsAlive);
    this.#beat = new Timer(this.wheel, () => this.#beat.set(BEAT_MS));
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

  /** The machines that run: of supervisors and dialers from the top down, then of connections. */
  *#present(): Iterable<Present> {
    for (const { tap } of this.#below()) yield* tap.present();
    for (const connection of this.#connections.values()) yield presentOf(connection);
  }

  *#below(): Iterable<ConnectionRegistry> {
    yield this;
    for (const child of this.#children) yield* child.#below();
  }

  stats(): RegistryStats {
    const { framesDropped, ...totals } = this.#allTotals();
    return {
      connections: { ...this.#live },
      ended: { ...this.#ended },
      cutShort: { ...this.#cutShort },
      endedTotal: this.#endedTotal,
      refused: { ...this.#refusedWith },
      handshakesInFlight: this.#handshakes,
      lingeringHandlers: this.#lingering,
      ...totals,
      fates: this.#fatesOf(totals.framesOut, framesDropped),
      localStallMs: this.wheel.stalledMs,
    };
  }

  publish(event: SupervisorEvent): void {
    this.#hub.publish(event);
    this.#parent?.publish(event);
  }

  stateChanged(from: LiveState | undefined, to: LiveState | undefined): void {
    if (from !== undefined) this.#live[from] -= 1;
    if (to !== undefined) this.#live[to] += 1;
    this.#parent?.stateChanged(from, to);
  }

  handlerLingers(by: 1 | -1): void {
    this.#lingering += by;
    this.#parent?.handlerLingers(by);
  }

  handshakes(by: 1 | -1): void {
    this.#handshakes += by;
    this.#parent?.handshakes(by);
  }

  refused(status: number): void {
    this.#refusedWith[status] = (this.#refusedWith[status] ?? 0) + 1;
    this.#parent?.refused(status);
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
    else if (this.clock.busyMs !== undefined && !this.#beat.isSet) this.#beat.set(BEAT_MS);
  }

  unregister(connection: ConnectionActor, report: CloseReport): void {
    this.#note(connection, report);
    if (this.isObserved) this.publish({ type: 'connection.ended', report });
  }

  *connectionsOf(parent: ConnectionParent): Iterable<ConnectionActor> {
    for (const connection of this.#connections.values()) if (connection.parent === parent) yield connection;
  }

  /** Closes the registry. Its counts stay in those of the parent. */
  close(): void {
    this.#hub.complete();
    if (this.#parent === undefined) {
      this.wheel.stop();
      return;
    }
    this.#parent.#children.delete(this);
    addTotals(this.#parent.totals, this.#allTotals());
  }

  #note(connection: ConnectionActor, report: CloseReport): void {
    this.#connections.delete(connection.id);
    this.#endings.add(report);
    this.#endedTotal += 1;
    const { trigger, endedBy } = report;
    this.#ended[trigger] = (this.#ended[trigger] ?? 0) + 1;
    if (endedBy !== undefined) this.#cutShort[endedBy] = (this.#cutShort[endedBy] ?? 0) + 1;
    const { written, discarded, unknown } = fatesOf(report);
    this.#fates.written += written;
    this.#fates.discarded += discarded;
    this.#fates.unknown += unknown;
    for (const watcher of this.watchers) watcher.ended(connection, report);
    if (this.#parent !== undefined) this.#parent.#note(connection, report);
    else if (this.#connections.size === 0) this.#beat.clear();
  }

  #fatesOf(taken: number, dropped: number): Fates {
    const { written, discarded, unknown } = this.#fates;
    return { written, dropped, discarded, unknown, undecided: taken - written - discarded - unknown };
  }

  /** Sums up the counts of the tree. Frames are counted once, where they pass, since that is on the hot path. */
  #allTotals(): Totals {
    const sum = { ...this.totals };
    for (const registry of this.#children) addTotals(sum, registry.#allTotals());
    return sum;
  }
}

/** The part of a supervisor's `stats` that the registry counts. */
export type RegistryStats = Omit<SupervisorStats, 'state' | 'dials' | 'children'>;

/** An observer of the connections of a supervisor and of its child supervisors. */
export interface EndingWatcher {
  /** A connection has ended. */
  ended(connection: ConnectionActor, report: CloseReport): void;
}

type LiveState = 'connecting' | 'open' | 'closing';

function addTotals(sum: Totals, more: Totals): void {
  sum.framesIn += more.framesIn;
  sum.framesOut += more.framesOut;
  sum.bytesIn += more.bytesIn;
  sum.bytesOut += more.bytesOut;
  sum.framesDropped += more.framesDropped;
}
