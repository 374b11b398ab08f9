import type { CloseReport } from '../../transport/close-report.js';
import type { HttpAnswer } from '../../transport/transport.js';
import type { ConnectionActor } from '../connection/connection-actor.js';
import type { ConnectionRegistry } from '../connection/connection-registry.js';
import { announceDrain } from '../connection/handler-signals.js';
import { Timer } from '../time/timer.js';
import { DrainRun } from './drain-run.js';
import type { PacedClose } from './paced-close.js';
import type { DrainSettings } from './resolve-drain.js';

/**
 * Ends every accepted connection of a supervisor and of its child supervisors, and then stops the supervisor, which
 * ends the dialed ones: handlers of accepted connections may need them until then. `closed` is to be called when that
 * stop is done.
 */
export class FullDrain extends DrainRun {
  readonly #callbacks: FullDrainCallbacks;
  readonly #notReady: Timer;
  #phase: 'not-ready' | 'closing' | 'stopping' | 'called-off' = 'not-ready';
  #pacedClose: PacedClose | undefined;

  constructor(settings: DrainSettings, registry: ConnectionRegistry, callbacks: FullDrainCallbacks) {
    super(settings, registry);
    this.#callbacks = callbacks;
    this.#notReady = new Timer(registry.wheel, () => this.#suspend());
  }

  /** Before listeners are suspended: the accepted connections that are open by then. */
  override get remaining(): number {
    return this.#pacedClose?.size ?? this.registry.acceptedTotal;
  }

  start(): void {
    this.begin([...this.registry.connections.values()].filter(isCounted).length);
    if (this.settings.notReadyFirstMs > 0) this.#notReady.set(this.settings.notReadyFirstMs);
    else this.#suspend();
  }

  /**
   * Returns the answer to an opening handshake while listeners are suspended, and counts the refusal. `Retry-After` is
   * random, so that clients come back at different times.
   */
  refuse(): HttpAnswer | undefined {
    if (this.#phase !== 'closing' && this.#phase !== 'stopping') return undefined;
    this.account.refused();
    const retryAfter = 1 + Math.floor((this.registry.random() * this.settings.adviseReconnectMs) / 1000);
    return { status: 503, headers: { 'retry-after': String(retryAfter) } };
  }

  /** Whether the drain is neither called off nor followed by the supervisor's stop yet. */
  get isUnderWay(): boolean {
    return this.#phase === 'not-ready' || this.#phase === 'closing';
  }

  /** Whether listeners are suspended. */
  get isSuspending(): boolean {
    return this.#phase === 'closing' || this.#phase === 'stopping';
  }

  override ended(connection: ConnectionActor, report: CloseReport): void {
    const pacedClose = this.#pacedClose;
    const isAsked = pacedClose?.has(connection) === true;
    // A dial that failed never was a connection.
    if (report.openedAt === undefined || (this.#phase === 'called-off' && !isAsked)) return;
    this.note(connection, report, pacedClose?.closedFor(connection));
    if (pacedClose === undefined || !isAsked) return;
    this.publishProgress(pacedClose.size - 1);
    pacedClose.ended(connection);
  }

  override superseded(): void {
    if (this.#phase === 'called-off') return;
    this.outcome = 'superseded';
    this.#stopping();
  }

  /** The supervisor leaves `draining` in order to stop. */
  #stopping(): void {
    this.#phase = 'stopping';
    this.ignoreSignal();
    this.#notReady.clear();
    this.#pacedClose?.stop();
  }

  /** The supervisor has ended. Resolves when the account is closed. */
  closed(): Promise<void> {
    return this.#phase === 'called-off' ? Promise.resolve() : this.finish();
  }

  protected override runOut(): void {
    if (this.#phase === 'stopping') this.#callbacks.onRunOut();
    else this.#pacedClose?.terminate();
  }

  protected override callOff(): void {
    this.#phase = 'called-off';
    this.outcome = 'called-off';
    this.#notReady.clear();
    this.#pacedClose?.release();
    this.left = [...this.registry.connections.values()].filter(
      (connection) => isCounted(connection) && this.#pacedClose?.has(connection) !== true,
    ).length;
    this.#callbacks.onCalledOff();
    if ((this.#pacedClose?.size ?? 0) === 0) void this.finish();
  }

  /** Suspends listeners, announces the drain to all handlers, and begins to end the accepted connections. */
  #suspend(): void {
    this.#phase = 'closing';
    this.registry.publish({ type: 'drain.suspended' });
    const all = [...this.registry.connections.values()];
    for (const connection of all) if (connection.role === 'dialed') announceDrain(connection);
    this.#pacedClose = this.closeAtPace(
      all.filter(({ role }) => role === 'accepted'),
      () => void this.#emptied(),
    );
    this.#pacedClose.start();
    // When `notReadyFirstMs` is all of `withinMs`, the wheel may have turned after the deadline.
    if (this.isLate) this.#pacedClose.terminate();
  }

  /** No accepted connection is left. Their handlers may still need the dialed ones, so the stop waits for them. */
  async #emptied(): Promise<void> {
    if (this.#phase === 'called-off') void this.finish();
    if (this.#phase !== 'closing') return;
    this.ignoreSignal();
    await this.handlersFinished();
    if (this.#phase !== 'closing') return;
    this.#stopping();
    this.#callbacks.onDrained();
    if (this.isLate) this.#callbacks.onRunOut();
  }
}

/** Whether a connection counts in the account. A dial that is under way is not a connection yet. */
function isCounted(connection: ConnectionActor): boolean {
  return connection.state !== 'connecting';
}

/** What happens after a full drain. */
export interface FullDrainCallbacks {
  /** No accepted connection is left: the supervisor is to stop. */
  onDrained(): void;
  /** `withinMs` has passed during that stop: the connections that are left are to be terminated. */
  onRunOut(): void;
  /** The signal has aborted: the supervisor is to run on. */
  onCalledOff(): void;
}
