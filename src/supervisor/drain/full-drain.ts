import type { CloseReport } from '../../transport/close-report.js';
import type { HttpAnswer } from '../../transport/transport.js';
import type { ConnectionActor } from '../connection/connection-actor.js';
import { announceDrain } from '../connection/handler-signals.js';
import { Alarm } from '../time/alarm.js';
import { type DrainGround, DrainRun } from './drain-run.js';
import type { PacedClose } from './paced-close.js';
import type { DrainSettings } from './resolve-drain.js';

/** What a full drain tells its supervisor. */
export interface DrainedSupervisor {
  /** No accepted connection is left: stop. */
  drained(): void;
  /** The drain was called off: run on. */
  resume(): void;
  /** Terminate what is left. */
  hurry(): void;
}

/**
 * Ends every accepted connection of a supervisor, and of those below it; then has the supervisor stop, which ends the
 * dialed ones: they serve the accepted ones until these have gone. `closed` is to be called when that stop is done.
 */
export class FullDrain extends DrainRun {
  readonly #supervisor: DrainedSupervisor;
  readonly #notReady: Alarm;
  #phase: 'not-ready' | 'closing' | 'stopping' | 'called-off' = 'not-ready';
  #pacedClose: PacedClose | undefined;

  constructor(settings: DrainSettings, ground: DrainGround, supervisor: DrainedSupervisor) {
    super(settings, ground);
    this.#supervisor = supervisor;
    this.#notReady = new Alarm(ground.wheel, () => this.#suspend());
  }

  start(): void {
    this.begin([...this.ground.connections.values()].filter(isCounted).length);
    if (this.settings.notReadyFirstMs > 0) this.#notReady.set(this.settings.notReadyFirstMs);
    else this.#suspend();
  }

  /** The answer to an opening handshake while listeners are suspended, which is counted; clients come back spread. */
  refuse(): HttpAnswer | undefined {
    if (this.#phase !== 'closing' && this.#phase !== 'stopping') return undefined;
    this.account.refused();
    const retryAfter = 1 + Math.floor((Math.random() * this.settings.adviseReconnectMs) / 1000);
    return { status: 503, headers: { 'retry-after': String(retryAfter) } };
  }

  /** Whether it was neither followed by the supervisor's stop nor called off. */
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
    // A dial that came to nothing was no connection yet.
    if (report.openedAt === undefined || (this.#phase === 'called-off' && !isAsked)) return;
    this.note(connection, report, pacedClose?.closedFor(connection));
    if (pacedClose === undefined || !isAsked) return;
    this.tellProgress(pacedClose.size - 1);
    pacedClose.ended(connection);
  }

  override overtaken(): void {
    if (this.#phase === 'called-off') return;
    this.outcome = 'hurried';
    this.#stopping();
  }

  /** The supervisor leaves `draining`, to stop. */
  #stopping(): void {
    this.#phase = 'stopping';
    this.disregardSignal();
    this.#notReady.clear();
    this.#pacedClose?.overtaken();
  }

  /** The supervisor has ended: closes the account. */
  closed(): Promise<void> {
    return this.#phase === 'called-off' ? Promise.resolve() : this.finish();
  }

  protected override runOut(): void {
    if (this.#phase === 'stopping') this.#supervisor.hurry();
    else this.#pacedClose?.terminate();
  }

  protected override callOff(): void {
    this.#phase = 'called-off';
    this.outcome = 'called-off';
    this.#notReady.clear();
    this.#pacedClose?.release();
    this.left = [...this.ground.connections.values()].filter(
      (connection) => isCounted(connection) && this.#pacedClose?.has(connection) !== true,
    ).length;
    this.#supervisor.resume();
    if ((this.#pacedClose?.size ?? 0) === 0) void this.finish();
  }

  /** Takes no more connections, tells all handlers, and begins to end the accepted ones. */
  #suspend(): void {
    this.#phase = 'closing';
    this.ground.publish({ type: 'drain.suspended' });
    const all = [...this.ground.connections.values()];
    for (const connection of all) if (connection.role === 'dialed') announceDrain(connection);
    this.#pacedClose = this.closeAtPace(
      all.filter(({ role }) => role === 'accepted'),
      () => void this.#emptied(),
    );
    this.#pacedClose.start();
    // Where all of `withinMs` was for being not ready, the wheel's turn may have come after the deadline.
    if (this.isLate) this.#pacedClose.terminate();
  }

  /** No accepted connection is left; their handlers may still need the dialed ones. */
  async #emptied(): Promise<void> {
    if (this.#phase === 'called-off') void this.finish();
    if (this.#phase !== 'closing') return;
    this.disregardSignal();
    await this.handlersFinished();
    if (this.#phase !== 'closing') return;
    this.#stopping();
    this.#supervisor.drained();
    if (this.isLate) this.#supervisor.hurry();
  }
}

/** A dial under way is no connection yet. */
function isCounted(connection: ConnectionActor): boolean {
  return connection.state !== 'connecting';
}
