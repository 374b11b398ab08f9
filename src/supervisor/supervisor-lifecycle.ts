import { createRunner, type MachineHost, type Runner } from '../machines/run.js';
import { tableStepper } from '../machines/step-table.js';
import { supervisorSteps } from '../machines/steps.js';
import type { SupervisorMachineEvent, supervisorMachine } from '../machines/supervisor-machine.js';
import type { CloseFrame } from '../transport/close-report.js';
import { EndedError } from '../transport/errors.js';
import type { ChildExit, Exit } from './api/child-spec.js';
import type { SupervisorReport, SupervisorState } from './api/supervisor.js';
import { GOING_AWAY } from './children/stopping.js';
import type { Supervision } from './children/supervision.js';
import type { ConnectionRegistry } from './connection/connection-registry.js';
import { type DrainableSupervisor, Draining } from './drain/draining.js';
import type { SupervisorSettings } from './options/resolve-supervisor.js';
import { SupervisorEnd } from './supervisor-end.js';

/**
 * Runs the machine of one supervisor: gives it commands and facts, and carries out its effects, from the first child to
 * the report.
 */
export class SupervisorLifecycle implements DrainableSupervisor, MachineHost<typeof supervisorMachine> {
  static readonly #runner: Runner<SupervisorLifecycle, typeof supervisorMachine> = createRunner({
    stepper: tableStepper(supervisorSteps),
    effects: {
      startDrain: (self) => self.draining.onEntry(),
      endDrain: (self) => self.draining.onExit(),
      stopChildren: (self) => self.#stopChildren(),
      terminateChildren: (self) => self.#parts.supervision.terminateRemaining(),
      exitNormal: (self) => self.#exit('normal'),
      exitShutdown: (self) => self.#exit('shutdown'),
    },
    stepped({ registry: { tap } }, event, from, to, names) {
      if (tap.isObserved) tap.stepped(tap.ofSupervisor(), event, from, to, names);
    },
  });

  machineState: MachineHost<typeof supervisorMachine>['machineState'] = SupervisorLifecycle.#runner.initial;
  isStepping = false;
  mail: SupervisorMachineEvent[] | undefined;
  readonly draining: Draining;
  readonly #parts: LifecycleParts;
  readonly #end = new SupervisorEnd();
  /** How accepted connections are closed by the stop. */
  #close = GOING_AWAY;
  /** The exit that exceeded the intensity. */
  #cause: ChildExit | undefined;
  #release = () => {};

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
    this.draining = new Draining(this, parts.parent?.draining);
  }

  get name(): string {
    return this.#parts.settings.name;
  }

  get registry(): ConnectionRegistry {
    return this.#parts.registry;
  }

  get state(): SupervisorState {
    return this.machineState.name;
  }

  /** The report, for users: reading it counts as awaiting a failure. */
  get ended(): Promise<SupervisorReport> {
    return this.#end.awaited;
  }

  /** The exit, for the parent. */
  get exited(): Promise<Exit> {
    return this.#end.report.then(({ reason, cause }) => ({ reason, report: cause?.report, error: cause?.error }));
  }

  /**
   * @param call the call that asks for a child, for the message.
   * @throws {EndedError} unless the supervisor is running.
   */
  checkRunning(call: string): void {
    if (this.state !== 'running')
      throw new EndedError(`${call}: supervisor ${this.name} is ${this.state}; only a running one starts children.`);
  }

  /** Stops when the user's signal aborts. */
  heed(signal: AbortSignal): void {
    if (signal.aborted) this.#onAbort();
    else signal.addEventListener('abort', this.#onAbort);
  }

  /** The user's stop. Only the first call decides how connections are closed. */
  stop(close: CloseFrame): void {
    this.#parts.onStoppedByUser();
    if (!this.#hasBegunToStop) this.#close = close;
    this.command('stop');
  }

  /** The user's stop without closing handshakes. */
  terminate(): void {
    this.#parts.onStoppedByUser();
    if (this.#hasBegunToStop) this.draining.superseded();
    this.command('terminate');
  }

  /** The parent's stop; or the stop after a first child that could not be started. */
  shutDown(close = GOING_AWAY): void {
    if (!this.#hasBegunToStop) this.#close = close;
    this.#dispatch({ type: 'shutdown' });
  }

  /** The parent's stop without closing handshakes. */
  terminateByParent(): void {
    // First, so that no child is asked to end in good order.
    this.#parts.supervision.terminateRemaining();
    this.#dispatch({ type: 'shutdown' });
  }

  /** The intensity is exceeded. */
  escalated(exit: ChildExit): void {
    this.#cause = exit;
    this.#dispatch({ type: 'child.escalated' });
  }

  drained(): void {
    this.#parts.onStoppedByUser();
    this.#dispatch({ type: 'drained' });
  }

  command(type: 'drain' | 'resume' | 'stop' | 'terminate'): void {
    this.#dispatch({ type });
  }

  get #hasBegunToStop(): boolean {
    return this.state !== 'running' && this.state !== 'draining';
  }

  readonly #onAbort = (): void => this.stop(GOING_AWAY);

  #dispatch(event: SupervisorMachineEvent): void {
    SupervisorLifecycle.#runner.dispatch(this, event);
  }

  #stopChildren(): void {
    const { registry, settings, supervision } = this.#parts;
    this.#release = registry.wheel.keepAlive.hold();
    settings.signal?.removeEventListener('abort', this.#onAbort);
    this.draining.onStopping();
    registry.publish({ type: 'supervisor.stopping', supervisor: this.name });
    void supervision.stop(this.#close).then(() => this.#dispatch({ type: 'children.gone' }));
  }

  /** Ends the supervisor, after the drain has closed its account. */
  #exit(reason: SupervisorReport['reason']): void {
    const closing = this.draining.closed();
    if (closing === undefined) this.#finish(reason);
    else void closing.then(() => this.#finish(reason));
  }

  #finish(reason: SupervisorReport['reason']): void {
    const { registry, settings } = this.#parts;
    const report: SupervisorReport = {
      name: this.name,
      outcome: this.state === 'failed' ? 'failed' : 'stopped',
      reason,
      connections: registry.connectionTotal,
      ...(this.#cause === undefined ? {} : { cause: this.#cause }),
    };
    const isUnheard = settings.warnWhenFailed && !registry.isObserved;
    if (registry.tap.isObserved) registry.tap.ended(registry.tap.ofSupervisor(), report);
    registry.publish({ type: 'supervisor.stopped', supervisor: this.name, report });
    this.#end.settle(report, isUnheard);
    registry.close();
    this.#release();
  }
}

/** What a supervisor's lifecycle works with. */
export interface LifecycleParts {
  readonly settings: Pick<SupervisorSettings, 'name' | 'signal' | 'warnWhenFailed'>;
  readonly registry: ConnectionRegistry;
  readonly supervision: Supervision;
  readonly parent: SupervisorLifecycle | undefined;
  /** Called when the user stops the supervisor for good: its parent does not restart it. */
  readonly onStoppedByUser: () => void;
}
