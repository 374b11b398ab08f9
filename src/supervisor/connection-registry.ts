import type { CloseReport, EndedBy } from '../transport/close-report.js';
import type { Clock } from './api/clock.js';
import type { SupervisorEvent } from './api/events.js';
import { type Fates, fatesOf } from './api/fates.js';
import type { SupervisorStats } from './api/supervisor.js';
import type { ConnectionActor } from './connection/connection-actor.js';
import type { ConnectionParent, Services, Totals } from './connection/connection-parent.js';
import type { EndingWatcher } from './drain/drain-run.js';
import { EventHub } from './event-hub.js';
import { RingBuffer } from './ring-buffer.js';
import { Alarm } from './time/alarm.js';
import { Wheel } from './time/wheel.js';

/** Close reports kept for `endings`. */
const ENDINGS_KEPT = 1000;

/**
 * While there are connections the wheel turns at least so often, in ms: a stall shows although no deadline falls in it.
 */
const BEAT_MS = 1000;

/** Connections of this process so far: their ids are unique in it. */
let connectionsSoFar = 0;

type LiveState = 'connecting' | 'open' | 'closing';

/** What a registry can tell of a supervisor's `stats`. */
export type RegistryStats = Omit<SupervisorStats, 'state' | 'dials' | 'children'>;

/**
 * The connections of one supervisor and of those below it: which there are, how they ended, what was counted, what is
 * told. Entries go up: a parent's registry has those of its children too.
 */
export class ConnectionRegistry implements Services {
  readonly clock: Clock;
  /** One for a whole tree of supervisors. */
  readonly wheel: Wheel;
  /** Those who are told of every ending. */
  readonly watchers = new Set<EndingWatcher>();
  readonly totals: Totals = { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0, framesDropped: 0 };
  /** Of connections that have ended. */
  readonly #fates = { written: 0, discarded: 0, unknown: 0 };
  readonly #parent: ConnectionRegistry | undefined;
  readonly #below = new Set<ConnectionRegistry>();
  readonly #maxConnections: number;
  readonly #hub = new EventHub((error) => this.publish({ type: 'observer.threw', error }));
  readonly #connections = new Map<string, ConnectionActor>();
  readonly #endings = new RingBuffer<CloseReport>(ENDINGS_KEPT);
  readonly #ended: Partial<Record<CloseReport['trigger'], number>> = {};
  readonly #cutShort: Partial<Record<EndedBy, number>> = {};
  readonly #refusedWith: Record<number, number> = {};
  readonly #live: Record<LiveState, number> = { connecting: 0, open: 0, closing: 0 };
  /** Of the registry that has the wheel. */
  readonly #beat: Alarm;
  #endedTotal = 0;
  #handshakes = 0;
  #lingering = 0;
  #connectionTotal = 0;

  /** @param keepsAlive whether what the tree owes keeps the process alive; a parent's holds for all below it. */
  constructor(clock: Clock, maxConnections: number, parent: ConnectionRegistry | undefined, keepsAlive = true) {
    this.clock = clock;
    this.#maxConnections = maxConnections;
    this.#parent = parent;
    this.wheel =
      parent?.wheel ?? new Wheel(clock, (error) => this.publish({ type: 'observer.threw', error }), keepsAlive);
    this.#beat = new Alarm(this.wheel, () => this.#beat.set(BEAT_MS));
    if (parent !== undefined) parent.#below.add(this);
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

  /** Connections so far. */
  get connectionTotal(): number {
    return this.#connectionTotal;
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

  /** Whether there is room for one more connection, here and above. */
  hasRoom(): boolean {
    return this.#connections.size < this.#maxConnections && this.#parent?.hasRoom() !== false;
  }

  nextId(): string {
    connectionsSoFar += 1;
    return `c${connectionsSoFar}`;
  }

  register(connection: ConnectionActor): void {
    this.#connectionTotal += 1;
    this.#connections.set(connection.id, connection);
    if (this.#parent !== undefined) this.#parent.register(connection);
    // Time that a test moves on does not stall.
    else if (this.clock.busyMs !== undefined && !this.#beat.isSet) this.#beat.set(BEAT_MS);
  }

  unregister(connection: ConnectionActor, report: CloseReport): void {
    this.#note(connection, report);
    if (this.isObserved) this.publish({ type: 'connection.ended', report });
  }

  *connectionsOf(parent: ConnectionParent): Iterable<ConnectionActor> {
    for (const connection of this.#connections.values()) if (connection.parent === parent) yield connection;
  }

  /** Nothing more will come: what was counted stays in the parent's account. */
  close(): void {
    this.#hub.complete();
    if (this.#parent === undefined) {
      this.wheel.stop();
      return;
    }
    this.#parent.#below.delete(this);
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

  /** Frames are counted where they pass, once, and summed up when asked for. */
  #allTotals(): Totals {
    const sum = { ...this.totals };
    for (const registry of this.#below) addTotals(sum, registry.#allTotals());
    return sum;
  }
}

function addTotals(sum: Totals, more: Totals): void {
  sum.framesIn += more.framesIn;
  sum.framesOut += more.framesOut;
  sum.bytesIn += more.bytesIn;
  sum.bytesOut += more.bytesOut;
  sum.framesDropped += more.framesDropped;
}
