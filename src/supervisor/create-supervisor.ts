import type { Observable } from 'rxjs';
import { checkClose } from '../transport/close-code.js';
import type { CloseReport } from '../transport/close-report.js';
import { EndedError, OptionError } from '../transport/errors.js';
import type { Transport } from '../transport/transport.js';
import { createWsTransport } from '../transport/ws/transport.js';
import { type Clock, systemClock } from './clock.js';
import type { ConnectionActor } from './connection-actor.js';
import type { Connection } from './connection.js';
import { DialLimiter } from './dial-limiter.js';
import type { DialOptions, Dialer } from './dialer.js';
import { DialerRuntime } from './dialer-runtime.js';
import { EventHub } from './event-hub.js';
import type { SupervisorEvent } from './events.js';
import type { Shared, Totals } from './home.js';
import type { ListenOptions, Listener } from './listener.js';
import { ListenerRuntime } from './listener-runtime.js';
import { Recent } from './recent.js';
import { resolveDial } from './resolve-dial.js';
import { resolveListen } from './resolve-listen.js';
import { resolveSupervisor, type SupervisorSettings } from './resolve-supervisor.js';
import type { StopOptions, Supervisor, SupervisorOptions, SupervisorReport, SupervisorState, SupervisorStats } from './supervisor.js';
import { Wheel } from './wheel.js';

/** Close reports kept for `endings`. */
const ENDINGS_KEPT = 1000;

/** Connections of this process so far: their ids are unique in it. */
let connectionsSoFar = 0;

type Child = ListenerRuntime | DialerRuntime;
type LiveState = 'connecting' | 'open' | 'closing';

/**
 * Makes a supervisor: it owns listeners, dialers, and every connection of theirs.
 *
 * @throws {OptionError} for a wrong option.
 */
export function createSupervisor(options: SupervisorOptions = {}): Supervisor {
  return new SupervisorRuntime(resolveSupervisor(options), options.signal);
}

class SupervisorRuntime implements Supervisor, Shared {
  readonly name: string;
  readonly clock: Clock;
  readonly wheel: Wheel;
  readonly transport: Transport;
  readonly dialLimiter: DialLimiter;
  readonly shared: Shared = this;
  readonly totals: Totals = { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0 };
  readonly ended: Promise<SupervisorReport>;
  readonly #settings: SupervisorSettings;
  readonly #hub = new EventHub();
  readonly #connections = new Map<string, ConnectionActor>();
  readonly #children = new Map<string, Child>();
  /** Ids of listeners that are being started. */
  readonly #starting = new Set<string>();
  readonly #endings = new Recent<CloseReport>(ENDINGS_KEPT);
  readonly #endedBy: Partial<Record<CloseReport['trigger'], number>> = {};
  readonly #refusedWith: Record<number, number> = {};
  readonly #live: Record<LiveState, number> = { connecting: 0, open: 0, closing: 0 };
  #endedTotal = 0;
  #handshakes = 0;
  #lingering = 0;
  #childrenSoFar = 0;
  #connectionTotal = 0;
  #state: SupervisorState = 'running';
  #resolveEnded: (report: SupervisorReport) => void = () => {};
  #signal: AbortSignal | undefined;

  constructor(settings: SupervisorSettings, signal: AbortSignal | undefined) {
    this.#settings = settings;
    this.name = settings.name;
    this.clock = settings.clock ?? systemClock;
    this.wheel = new Wheel(this.clock, (error) => this.publish({ type: 'observer.threw', error }));
    this.transport = settings.transport ?? createWsTransport({ now: () => this.clock.now(), wallNow: () => this.clock.wallNow() });
    this.dialLimiter = new DialLimiter(settings.dialLimiter, this.clock, this.wheel);
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.#signal = signal;
    if (signal?.aborted === true) void this.stop();
    else signal?.addEventListener('abort', this.#onAbort);
  }

  get state(): SupervisorState {
    return this.#state;
  }

  get isReady(): boolean {
    return this.#state === 'running';
  }

  get events$(): Observable<SupervisorEvent> {
    return this.#hub.events$;
  }

  get isObserved(): boolean {
    return this.#hub.isObserved;
  }

  get endings(): readonly CloseReport[] {
    return this.#endings.toArray();
  }

  get connections(): ReadonlyMap<string, Connection<unknown>> {
    return this.#connections;
  }

  child(id: string): Listener | Dialer | undefined {
    return this.#children.get(id);
  }

  stats(): SupervisorStats {
    let listeners = 0;
    let dialers = 0;
    for (const child of this.#children.values()) {
      if (child.kind === 'listener') listeners += 1;
      else dialers += 1;
    }
    return {
      state: this.#state,
      connections: { ...this.#live },
      ended: { ...this.#endedBy },
      endedTotal: this.#endedTotal,
      refused: { ...this.#refusedWith },
      handshakesInFlight: this.#handshakes,
      dials: { inFlight: this.dialLimiter.inFlight, queued: this.dialLimiter.queued },
      lingeringHandlers: this.#lingering,
      ...this.totals,
      children: { listeners, dialers },
      localStallMs: this.wheel.stalledMs,
    };
  }

  async listen<Data = undefined>(options: ListenOptions<Data>): Promise<Listener> {
    const settings = resolveListen(options, this.#settings, () => this.#nextChildId('listener'));
    this.#checkNewChild(settings.id);
    const listener = new ListenerRuntime(settings, this);
    this.#starting.add(settings.id);
    try {
      await listener.start();
    } finally {
      this.#starting.delete(settings.id);
    }
    if (this.#state !== 'running') {
      await listener.stop();
      throw new EndedError(`supervisor ${this.name} was stopped while listener ${settings.id} was starting.`);
    }
    this.#children.set(settings.id, listener);
    return listener;
  }

  dial(options: DialOptions): Dialer {
    const settings = resolveDial(options, this.#settings, () => this.#nextChildId('dialer'));
    this.#checkNewChild(settings.id);
    const dialer = new DialerRuntime(settings, this);
    this.#children.set(settings.id, dialer);
    dialer.start();
    return dialer;
  }

  stop({ code = 1001, reason = '' }: StopOptions = {}): Promise<SupervisorReport> {
    checkClose(code, reason, 'accepted');
    if (this.#state === 'running') void this.#stop(code, reason);
    else if (this.#state === 'stopping') this.#hurry();
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  publish(event: SupervisorEvent): void {
    this.#hub.publish(event);
  }

  stateChanged(from: LiveState | undefined, to: LiveState | undefined): void {
    if (from !== undefined) this.#live[from] -= 1;
    if (to !== undefined) this.#live[to] += 1;
  }

  handlerLingers(by: 1 | -1): void {
    this.#lingering += by;
  }

  hasRoom(): boolean {
    return this.#connections.size < this.#settings.limits.maxConnections;
  }

  nextId(): string {
    connectionsSoFar += 1;
    return `c${connectionsSoFar}`;
  }

  register(connection: ConnectionActor): void {
    this.#connectionTotal += 1;
    this.#connections.set(connection.id, connection);
  }

  connectionEnded(connection: ConnectionActor, report: CloseReport): void {
    this.#connections.delete(connection.id);
    this.#endings.add(report);
    this.#endedTotal += 1;
    this.#endedBy[report.trigger] = (this.#endedBy[report.trigger] ?? 0) + 1;
    if (this.isObserved) this.publish({ type: 'connection.ended', report });
  }

  refused(status: number): void {
    this.#refusedWith[status] = (this.#refusedWith[status] ?? 0) + 1;
  }

  forget(childId: string): void {
    this.#children.delete(childId);
  }

  handshakes(by: 1 | -1): void {
    this.#handshakes += by;
  }

  *connectionsOf(childId: string): Iterable<ConnectionActor> {
    for (const connection of this.#connections.values()) if (connection.childId === childId) yield connection;
  }

  readonly #onAbort = (): void => {
    void this.stop();
  };

  #nextChildId(kind: string): string {
    let id: string;
    do {
      this.#childrenSoFar += 1;
      id = `${kind}-${this.#childrenSoFar}`;
    } while (this.#children.has(id));
    return id;
  }

  #checkNewChild(id: string): void {
    if (this.#state !== 'running') throw new EndedError(`supervisor ${this.name} is ${this.#state}: it takes no more children.`);
    if (this.#children.has(id) || this.#starting.has(id))
      throw new OptionError(`id: ${JSON.stringify(id)} is the id of another child of supervisor ${this.name}; ids are unique among children.`);
  }

  /** As in OTP: children are stopped in reverse start order, one after the other. */
  async #stop(code: number, reason: string): Promise<void> {
    this.#state = 'stopping';
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.publish({ type: 'supervisor.stopping' });
    for (const child of [...this.#children.values()].reverse()) {
      if (child.kind === 'listener') await child.stopWith(code, reason);
      else await child.shutDown();
    }
    this.#state = 'stopped';
    this.wheel.stop();
    this.publish({ type: 'supervisor.stopped' });
    this.#resolveEnded({ name: this.name, outcome: 'stopped', reason: 'normal', connections: this.#connectionTotal });
    this.#hub.complete();
  }

  #hurry(): void {
    for (const connection of this.#connections.values()) connection.terminateFor('supervisor-stopped');
  }
}
