import type { DialerEffect, DialerEvent, dialerMachine } from '../../machines/dialer-machine.js';
import { createRunner, type MachineHost, type Runner } from '../../machines/run.js';
import { tableStepper } from '../../machines/step-table.js';
import { dialerSteps } from '../../machines/steps.js';
import type { CloseReport } from '../../transport/close-report.js';
import { withErrorJson } from '../../transport/error-json.js';
import type { ChildExit, Exit, RunningChild } from '../api/child-spec.js';
import type { Connection } from '../api/connection.js';
import type { Dialer } from '../api/dialer.js';
import type { ConnectionActor } from '../connection/connection-actor.js';
import { openDeadlinesOf } from '../connection/open-deadlines.js';
import { resolvable } from '../time/deferred.js';
import { Timer } from '../time/timer.js';
import { DialerConnections } from './dialer-connections.js';
import type { DialerParts } from './dialer-parts.js';
import { MaxAge } from './max-age.js';
import { isDecisive } from './redial-plan.js';
import type { DialSettings } from './resolve-dial.js';
import { closeAskedBy } from './resolve-redial.js';
import { RunAttempts } from './run-attempts.js';
import { RunHistory } from './run-history.js';

/** What the machine asks for when it enters the backoff, in which a run after a crash starts. */
const BACKOFF_START: readonly DialerEffect[] = ['armBackoff'];

/**
 * One run of a dialer, from a start by the supervisor to its exit: runs the dialer machine, and carries out its
 * effects.
 */
export class DialerRun implements MachineHost<typeof dialerMachine> {
  static readonly #runner: Runner<DialerRun, typeof dialerMachine> = createRunner({
    stepper: tableStepper(dialerSteps),
    effects: {
      startDial: (self, event) => self.#attempts.request(event, self.#isOverlapping),
      callOffDial: (self, event) => self.#callOff(event),
      closeConnection: (self, event) => self.#close(self.current, event),
      retireConnection: (self, event) => self.#retire(event),
      retireDial: (self, event) => self.#close(self.#attempts.callOffNext(), event),
      judge: (self) => self.#judge(),
      armBackoff: (self) => self.#backoff.set(self.#delayMs),
      disarmBackoff: (self) => self.#backoff.clear(),
      exitNormal: (self, event) => self.#exit('stopped', 'normal', event),
      exitShutdown: (self, event) => self.#exit('stopped', 'shutdown', event),
      exitAbnormal: (self, event) => self.#exit('failed', 'abnormal', event),
    },
    stepped: (self, ...step) => self.#parts.observed((tap, dialer) => tap.stepped(dialer, ...step)),
    moved(self, from, to, { type }) {
      if (to.name === from.name) return;
      if (from.name === 'overlapping') self.#history.endOverlap();
      if (to.name === 'up' && type === 'dial.opened') self.#takeOver();
      if (to.name === 'stopping') self.#parts.board.set({ type: 'stopping' });
    },
  });
  static readonly #inBackoff = this.#runner.at('waiting.backoff');

  readonly settings: DialSettings;
  machineState: MachineHost<typeof dialerMachine>['machineState'] = DialerRun.#runner.initial;
  isStepping = false;
  mail: DialerEvent[] | undefined;
  readonly #parts: DialerParts;
  readonly #history: RunHistory;
  readonly #connections = new DialerConnections();
  readonly #backoff: Timer;
  #delayMs = 0;
  readonly #age: MaxAge;
  readonly #attempts: RunAttempts;
  #stopClose = closeAskedBy(undefined);
  /** The connection whose place was taken, until it is closed. */
  #leaving: ConnectionActor | undefined;
  /** What the handler or the retry policy threw. */
  #crash: { readonly error: unknown } | undefined;
  readonly #exited = resolvable<Exit>();
  #letGo = () => {};

  /** @param before the run before this one: its failures do not count, but whether it was up or stable does. */
  constructor(settings: DialSettings, parts: DialerParts, before?: DialerRun) {
    this.settings = settings;
    this.#parts = parts;
    this.#history = new RunHistory(settings, parts, before === undefined ? undefined : before.#history);
    this.#attempts = new RunAttempts(settings, parts, this.#history, this.#connections);
    this.#backoff = new Timer(parts.registry.wheel, () => this.dispatch({ type: 'deadline.backoff' }));
    this.#age = new MaxAge(settings.maxAgeMs, parts.registry, () => this.dispatch({ type: 'deadline.age' }));
  }

  /** Begins with the first attempt; after a run that crashed, a backoff comes first. */
  start(): RunningChild<Dialer> {
    const { dialer, attempts, restarts } = this.#parts;
    const { clock, wheel } = this.#parts.registry;
    attempts.history.restart();
    // A run keeps the process alive: it owes the next attempt.
    this.#letGo = wheel.keepAlive.hold();
    const delayMs = restarts.delay(clock.now());
    if (delayMs > 0 && dialer.lastReport !== undefined) this.#startInBackoff(delayMs, dialer.lastReport);
    else DialerRun.#runner.start(this);
    return {
      handle: dialer,
      exited: this.#exited.promise,
      shutDown: () => this.dispatch({ type: 'shutdown' }),
      terminate: () => this.terminateBy('shutdown', 'supervisor-stopped'),
      endsTogether: true,
      conclude: this.#parts.conclude,
    };
  }

  dispatch(event: DialerEvent): void {
    DialerRun.#runner.dispatch(this, event);
  }

  /** The connection of the present attempt, up or not. */
  get current(): ConnectionActor | undefined {
    return this.#connections.present?.connection;
  }

  get #isOverlapping(): boolean {
    return this.machineState.name === 'overlapping';
  }

  /** The attempt has its turn. */
  begin(): void {
    this.#attempts.begin(this.#isOverlapping);
  }

  connectionOpened(connection: ConnectionActor): void {
    const { attempts, registry } = this.#parts;
    attempts.release();
    if (attempts.history.reached(connection.epoch)) this.#history.refreshed();
    if (registry.wants('connection.opened')) registry.publish({ type: 'connection.opened', connection });
    const { ready, limits } = this.settings;
    if (ready === 'open') this.#up(connection);
    // A subscriber of that event may have closed it.
    else if (connection.isOpen) {
      openDeadlinesOf(connection).awaitReady(limits.readyWithinMs);
      if (!this.#isOverlapping) this.#attempts.showDialing();
    }
  }

  /** The handler says that its connection is ready, perhaps more than once. */
  connectionReady(connection: ConnectionActor): void {
    const attempted = this.#connections.of(connection);
    if (attempted !== undefined && attempted.upSince === undefined) this.#up(connection);
  }

  #up(connection: ConnectionActor): void {
    this.#connections.up(connection, this.#parts.registry.clock.now());
    connection.lazyIfMade?.openDeadlines?.ready();
    this.dispatch({ type: 'dial.opened' });
    this.#age.watch(connection);
    this.#parts.board.connectionOpened(connection);
  }

  /** A connection is open no more. What its handler or the user has decided, an overlap does not overrule. */
  connectionEnding(connection: ConnectionActor): void {
    if (connection !== this.current) return;
    this.#age.clear();
    if (this.#isOverlapping && isDecisive(connection.closeCause?.trigger))
      this.dispatch({ type: 'connection.decided' });
  }

  connectionEnded(connection: ConnectionActor, report: CloseReport): void {
    const { attempts, registry } = this.#parts;
    const attempted = this.#connections.of(connection);
    const wasUp = attempted?.upSince !== undefined;
    if (attempts.history.ended(report)) this.#history.refreshed();
    if (attempted !== undefined) this.#attempts.ended(attempted, report);
    registry.unregister(connection, report);
    if (attempted !== undefined) this.dispatch({ type: wasUp ? 'connection.ended' : 'dial.failed' });
    this.#connections.replaced.ended(connection);
  }

  /** Stops, and drops TCP of the present connection and of those beside it. */
  terminateBy(type: 'stop' | 'shutdown', trigger: 'terminated' | 'supervisor-stopped'): void {
    this.dispatch({ type });
    for (const connection of this.#connections.all) connection.terminateFor(trigger);
  }

  #startInBackoff(delayMs: number, report: CloseReport): void {
    const { board, restarts } = this.#parts;
    const state = DialerRun.#inBackoff;
    this.machineState = state;
    this.#parts.observed((tap, dialer) => tap.stepped(dialer, undefined, state, state, BACKOFF_START));
    this.#backoff.set(delayMs);
    board.set({ type: 'waiting', attempt: restarts.count, delayMs, report });
  }

  #callOff(event: DialerEvent | undefined): void {
    if (!this.#parts.attempts.isQueued) {
      this.#close(this.current, event);
      return;
    }
    this.#parts.attempts.release();
    this.dispatch({ type: 'dial.failed' });
  }

  #close(connection: ConnectionActor | undefined, event: DialerEvent | undefined): void {
    if (event?.type === 'stop') this.#stopClose = closeAskedBy(event);
    const { code, reason } = this.#stopClose;
    if (event?.type === 'shutdown') connection?.closeFor('supervisor-stopped', 1001, '');
    else connection?.closeFor('close-called', code, reason);
  }

  /** The connection whose attempt this was is up, and in an overlap takes the place of the one before. */
  #takeOver(): void {
    if (this.#connections.next !== undefined) this.#leaving = this.#attempts.leave();
    this.#parts.board.set({ type: 'up', connection: this.current as Connection });
  }

  /** Closes the connection before; nothing waits for its closing handshake. */
  #retire(event: DialerEvent | undefined): void {
    const connection = this.#leaving ?? this.#attempts.leave();
    this.#age.clear();
    this.#leaving = undefined;
    const { code, reason } = event?.type === 'dial.opened' ? this.#attempts.overlapClose : closeAskedBy(event);
    connection?.closeFor('close-called', code, reason);
  }

  #judge(): void {
    const { plan, report } = this.#history.judge();
    if (plan.verdict === 'crashed') this.#crash = { error: plan.error };
    if (!('delayMs' in plan)) {
      this.dispatch({ type: `verdict.${plan.verdict}` });
      return;
    }
    const { delayMs } = plan;
    this.#delayMs = delayMs;
    this.dispatch({ type: 'verdict.retry' });
    if (this.#isOverlapping) return;
    this.#parts.board.set({ type: 'waiting', attempt: Math.max(1, this.#history.attempt - 1), delayMs, report });
  }

  /** Exits as soon as the connections that were replaced have ended too. */
  #exit(type: 'stopped' | 'failed', reason: ChildExit['reason'], event: DialerEvent | undefined): void {
    const { board, dialer, registry, restarts } = this.#parts;
    restarts.exited(reason, this.settings.backoff, registry.clock.now(), registry.random);
    const crash = this.#crash;
    // In an overlap the newest connection that has ended may be another one than the one that was judged.
    const report = event?.type.startsWith('verdict.') === true ? this.#history.report : dialer.lastReport;
    const exit: ChildExit = { id: dialer.id, reason, report, ...crash };
    if (this.#connections.replaced.size > 0 && dialer.state !== 'stopping') board.set({ type: 'stopping' });
    this.#connections.replaced.whenAllEnded(() => {
      board.set({ type, exit: crash === undefined ? exit : withErrorJson(exit) });
      this.#exited.resolve(exit);
      this.#letGo();
    });
  }
}
