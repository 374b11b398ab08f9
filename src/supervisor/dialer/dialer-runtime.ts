import type { Observable } from 'rxjs';
import type { CloseReport } from '../../transport/close-report.js';
import type { Frame, Sendable } from '../../transport/frame.js';
import { printAsJson } from '../../transport/print-as-json.js';
import type { ChildExit, RunningChild } from '../api/child-spec.js';
import type { Connection, SendResult } from '../api/connection.js';
import type { Dialer, DialerStatus, RedialOptions, StopOptions } from '../api/dialer.js';
import type { Handler } from '../api/handler.js';
import type { Limits, Liveness } from '../api/limits.js';
import type { Note, Subject } from '../api/observer.js';
import type { WaitOptions } from '../api/wait-options.js';
import type { ConnectionActor } from '../connection/connection-actor.js';
import type { ConnectionParent, Services } from '../connection/connection-parent.js';
import type { Tap } from '../connection/tap.js';
import { RestartBackoff } from '../time/restart-backoff.js';
import { DialAttempts } from './dial-attempts.js';
import { readByCaller, readElsewhere } from './dialer-frames.js';
import type { DialerParent } from './dialer-parent.js';
import type { DialerParts } from './dialer-parts.js';
import { DialerRun } from './dialer-run.js';
import { isDecisive, type RedialPlan } from './redial-plan.js';
import type { DialSettings } from './resolve-dial.js';
import { resolveClose, resolveRedial } from './resolve-redial.js';
import { StatusBoard } from './status-board.js';

/**
 * A dialer as its users hold it, and the parent of its connections. It is the same across its restarts by the
 * supervisor, each of which begins a new run.
 */
export class DialerRuntime implements Dialer, ConnectionParent {
  static {
    printAsJson(this.prototype, 'Dialer');
  }

  readonly kind = 'dialer';
  readonly id: string;
  readonly services: Services;
  readonly #parent: DialerParent;
  readonly #board: StatusBoard;
  readonly #attempts: DialAttempts;
  readonly #restarts = new RestartBackoff();
  readonly #parts: DialerParts;
  #run: DialerRun;

  constructor(settings: DialSettings, parent: DialerParent) {
    const { id } = settings;
    this.id = id;
    this.services = parent.registry;
    this.#parent = parent;
    this.#board = new StatusBoard(id, parent.registry);
    this.#attempts = new DialAttempts(this, parent, () => this.#run.begin());
    this.#parts = {
      dialer: this,
      registry: parent.registry,
      board: this.#board,
      attempts: this.#attempts,
      restarts: this.#restarts,
      conclude: (exit) => this.conclude(exit),
      observed: (call) => this.#observed(call),
      note: (what) => this.#note(what),
      judged: (report, plan) => this.#judged(report, plan),
    };
    this.#run = new DialerRun(settings, this.#parts);
    this.#observed((tap, dialer) => tap.began(dialer, this.machinePath));
  }

  /** Starts a run, with the settings of that start. */
  run(settings: DialSettings): RunningChild<Dialer> {
    this.#run = new DialerRun(settings, this.#parts, this.#run);
    return this.#run.start();
  }

  /** The dialer is not started again. */
  conclude(exit: ChildExit): void {
    if (!this.isConcluded) this.#observed((tap, dialer) => tap.ended(dialer, exit));
    this.#board.conclude(exit);
  }

  #observed(call: (tap: Tap, dialer: Subject) => void): void {
    const { tap } = this.services;
    if (tap.isObserved) call(tap, tap.ofDialer(this));
  }

  #note(what: Note): void {
    this.#observed((tap, dialer) => tap.noted(dialer, what));
  }

  #judged(report: CloseReport, plan: RedialPlan): void {
    const { verdict } = plan;
    const { services, id } = this;
    if (services.wants('dialer.judged')) services.publish({ type: 'dialer.judged', childId: id, verdict, report });
    this.#note({ type: 'dialer.judged', verdict, report, ...('delayMs' in plan ? { delayMs: plan.delayMs } : {}) });
  }

  /** The path of the state of its run's machine. */
  get machinePath(): string {
    return this.#run.machineState.path;
  }

  /** Whether it has exited and is not started again. */
  get isConcluded(): boolean {
    return this.#board.isConcluded;
  }

  get childId(): string {
    return this.id;
  }

  get limits(): Limits {
    return this.#run.settings.limits;
  }

  get liveness(): Liveness | false {
    return this.#run.settings.liveness;
  }

  get handler(): Handler<unknown> {
    return this.#run.settings.handler;
  }

  get isReadElsewhere(): boolean {
    return this.handler === readElsewhere || this.handler === readByCaller;
  }

  get state(): DialerStatus['type'] {
    return this.#board.status.type;
  }

  get connection(): Connection | undefined {
    return this.#board.connection;
  }

  get lastReport(): CloseReport | undefined {
    return this.#attempts.history.lastReport;
  }

  get url(): string | undefined {
    return this.#attempts.url;
  }

  get ended(): Promise<ChildExit> {
    return this.#board.ended;
  }

  get frames$(): Observable<Frame> {
    return this.#board.frames$;
  }

  status(): AsyncIterableIterator<DialerStatus> {
    return this.#board.iterate();
  }

  connected(options: WaitOptions = {}): Promise<Connection> {
    return this.#board.connected(options);
  }

  send(data: Sendable): SendResult {
    return this.connection?.send(data) ?? 'closed';
  }

  redial(given: string | RedialOptions = {}): void {
    const { overlap, ...asked } = resolveRedial(given, this.#run.settings.route);
    // An ending that decides what becomes of the dialer is not overruled.
    if (isDecisive(this.#run.current?.closeCause?.trigger)) return;
    this.#restarts.cutShort();
    this.#run.dispatch({ type: overlap ? 'overlap' : 'redial', ...asked });
  }

  stop(options: StopOptions = {}): Promise<ChildExit> {
    const close = resolveClose(options, 'stop');
    this.#parent.stoppedByUser(this);
    // Its last run may never have begun.
    if (!this.isConcluded) this.#run.dispatch({ type: 'stop', ...close });
    return this.ended;
  }

  terminate(): Promise<ChildExit> {
    this.#parent.stoppedByUser(this);
    if (!this.isConcluded) this.#run.terminateBy('stop', 'terminated');
    return this.ended;
  }

  toJSON(): ReturnType<Dialer['toJSON']> {
    return { kind: 'dialer', id: this.id, state: this.state, connection: this.connection?.toJSON() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  connectionOpened(connection: ConnectionActor): void {
    this.#run.connectionOpened(connection);
  }

  connectionReady(connection: ConnectionActor): void {
    this.#run.connectionReady(connection);
  }

  connectionEnding(connection: ConnectionActor): void {
    this.#run.connectionEnding(connection);
  }

  connectionEnded(connection: ConnectionActor, report: CloseReport): void {
    this.#run.connectionEnded(connection, report);
  }
}
