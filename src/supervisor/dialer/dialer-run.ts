import { type DialerEffect, type DialerEvent, dialerMachine } from '../../machines/dialer-machine.js';
import { createRunner, type MachineHost, type Runner } from '../../machines/run.js';
import type { CloseReport } from '../../transport/close-report.js';
import { withErrorJson } from '../../transport/error-json.js';
import type { ChildExit, Exit, RunningChild } from '../api/child-spec.js';
import type { Connection } from '../api/connection.js';
import type { Dialer } from '../api/dialer.js';
import type { ConnectionActor } from '../connection/connection-actor.js';
import { openDeadlinesOf } from '../connection/open-deadlines.js';
import { resolvable } from '../time/deferred.js';
import { Timer } from '../time/timer.js';
import { priorityAfter } from './dial-priority.js';
import type { DialerParts } from './dialer-parts.js';
import { planAfter } from './redial-plan.js';
import { ReplacedConnections } from './replaced-connections.js';
import type { DialSettings } from './resolve-dial.js';
import { RetryHistory, timeOpen } from './retry-history.js';

/** What the machine asks for when it enters the backoff, in which a run after a crash starts. */
const BACKOFF_START: readonly DialerEffect[] = ['armBackoff'];

/**
 * One run of a dialer, from a start by the supervisor to its exit: runs the dialer machine, and carries out its
 * effects.
 */
export class DialerRun implements MachineHost<typeof dialerMachine> {
  static readonly #runner: Runner<DialerRun, typeof dialerMachine> = createRunner({
    machine: dialerMachine,
    effects: {
      startDial: (self) => self.#requestTurn(),
      callOffDial: (self, event) => self.#callOff(event),
      closeConnection: (self, event) => self.#closeCurrent(event),
      retireConnection: (self, event) => self.#replace(event),
      judge: (self) => self.#judge(),
      armBackoff: (self) => self.#backoff.set(self.#delayMs),
      disarmBackoff: (self) => self.#backoff.clear(),
      exitNormal: (self) => self.#exit('stopped', 'normal'),
      exitShutdown: (self) => self.#exit('stopped', 'shutdown'),
      exitAbnormal: (self) => self.#exit('failed', 'abnormal'),
    },
    stepped: (self, ...step) => self.#parts.observed((tap, dialer) => tap.stepped(dialer, ...step)),
    moved(self, from, to) {
      if (to.name === from.name) return;
      if (to.name === 'up') self.#parts.board.set({ type: 'up', connection: self.#current as Connection });
      if (to.name === 'stopping') self.#parts.board.set({ type: 'stopping' });
    },
  });
  static readonly #inBackoff = this.#runner.at('waiting.backoff');

  readonly settings: DialSettings;
  machineState: MachineHost<typeof dialerMachine>['machineState'] = DialerRun.#runner.initial;
  isStepping = false;
  mail: DialerEvent[] | undefined;
  readonly #parts: DialerParts;
  readonly #retries: RetryHistory;
  readonly #backoff: Timer;
  #delayMs = 0;
  /** The connection of the present attempt, up or not. */
  #current: ConnectionActor | undefined;
  /** When that was up, monotonic ms. */
  #upSince: number | undefined;
  readonly #replaced = new ReplacedConnections();
  /** What the handler or the retry policy threw. */
  #crash: { readonly error: unknown } | undefined;
  readonly #exited = resolvable<Exit>();
  #letGo = () => {};

  /** @param before the run before this one: its failures do not count, but whether it was up or stable does. */
  constructor(settings: DialSettings, parts: DialerParts, before?: DialerRun) {
    const { clock, wheel } = parts.registry;
    const now = clock.now();
    this.settings = settings;
    this.#parts = parts;
    const past = before === undefined ? undefined : before.#retries.context(now);
    this.#retries = new RetryHistory(settings.backoff.stableAfterMs, now, past);
    this.#backoff = new Timer(wheel, () => this.dispatch({ type: 'deadline.backoff' }));
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
    return this.#current;
  }

  /** The attempt has its turn. */
  begin(): void {
    const { status } = this.#parts.board;
    const { attempt } = this.#retries;
    if (status.type !== 'dialing' || status.queued === true) this.#parts.board.set({ type: 'dialing', attempt });
    // A connection that is being replaced makes room for this one.
    const hasRoom = this.#replaced.size > 0 || this.#parts.registry.hasRoom();
    this.#upSince = undefined;
    this.#current = this.#parts.attempts.begin(attempt);
    this.#parts.note({ type: 'dial.begun', attempt, connectionId: this.#current.id });
    void this.#parts.attempts.open(this.#current, { settings: this.settings, attempt, hasRoom });
  }

  connectionOpened(connection: ConnectionActor): void {
    this.#parts.attempts.release();
    if (this.#parts.attempts.history.reached(connection.epoch)) this.#retries.refreshed();
    if (this.#parts.registry.wants('connection.opened'))
      this.#parts.registry.publish({ type: 'connection.opened', connection });
    const { ready, limits } = this.settings;
    if (ready === 'open') this.#up(connection);
    // A subscriber of that event may have closed it.
    else if (connection.isOpen) {
      openDeadlinesOf(connection).awaitReady(limits.readyWithinMs);
      this.#parts.board.set({ type: 'dialing', attempt: this.#retries.attempt, opened: true });
    }
  }

  /** The handler says that its connection is ready, perhaps more than once. */
  connectionReady(connection: ConnectionActor): void {
    if (connection === this.#current && this.#upSince === undefined) this.#up(connection);
  }

  #up(connection: ConnectionActor): void {
    this.#upSince = this.#parts.registry.clock.now();
    connection.lazyIfMade?.openDeadlines?.ready();
    this.dispatch({ type: 'dial.opened' });
    this.#parts.board.connectionOpened(connection);
  }

  connectionEnded(connection: ConnectionActor, report: CloseReport): void {
    const isCurrent = connection === this.#current;
    const wasUp = this.#upSince !== undefined;
    if (this.#parts.attempts.history.ended(report)) this.#retries.refreshed();
    if (isCurrent) {
      this.#parts.attempts.release();
      const now = this.#parts.registry.clock.now();
      const upMs = timeOpen(this.#upSince, connection.endingSince ?? now);
      if (this.#retries.ended(report, upMs, now)) this.#parts.restarts.recovered();
      this.#current = undefined;
    }
    this.#parts.registry.unregister(connection, report);
    if (isCurrent) this.dispatch({ type: wasUp ? 'connection.ended' : 'dial.failed' });
    this.#replaced.ended(connection);
  }

  /** Stops, and drops TCP of the present connection and of those it has replaced. */
  terminateBy(type: 'stop' | 'shutdown', trigger: 'terminated' | 'supervisor-stopped'): void {
    this.dispatch({ type });
    for (const connection of [...this.#replaced.connections, this.#current]) connection?.terminateFor(trigger);
  }

  #startInBackoff(delayMs: number, report: CloseReport): void {
    const { board, restarts } = this.#parts;
    const state = DialerRun.#inBackoff;
    this.machineState = state;
    this.#parts.observed((tap, dialer) => tap.stepped(dialer, undefined, state, state, BACKOFF_START));
    this.#backoff.set(delayMs);
    board.set({ type: 'waiting', attempt: restarts.count, delayMs, report });
  }

  #requestTurn(): void {
    const priority = this.#replaced.size > 0 ? 'returning' : priorityAfter(this.#parts.dialer.lastReport);
    this.#parts.attempts.request(this.settings, priority);
    if (!this.#parts.attempts.isQueued) return;
    this.#parts.note({ type: 'dial.queued' });
    this.#parts.board.set({ type: 'dialing', attempt: this.#retries.attempt, queued: true });
  }

  #callOff(event: DialerEvent | undefined): void {
    if (!this.#parts.attempts.isQueued) {
      this.#closeCurrent(event);
      return;
    }
    this.#parts.attempts.release();
    this.dispatch({ type: 'dial.failed' });
  }

  #closeCurrent(event: DialerEvent | undefined): void {
    if (event?.type === 'shutdown') this.#current?.closeFor('supervisor-stopped', 1001, '');
    else this.#current?.closeFor('close-called', 1000, '');
  }

  /** Closes the connection that is up; the next attempt does not wait for its closing handshake. */
  #replace(event: DialerEvent | undefined): void {
    const connection = this.#current;
    if (connection === undefined || event?.type !== 'redial') return;
    const now = this.#parts.registry.clock.now();
    const upMs = timeOpen(this.#upSince, connection.endingSince ?? now) ?? 0;
    if (this.#retries.replaced(upMs, now)) this.#parts.restarts.recovered();
    this.#current = undefined;
    this.#replaced.add(connection);
    connection.closeFor('close-called', 1000, event.reason);
  }

  /** Decides what follows on the last ending. */
  #judge(): void {
    const report = this.#parts.dialer.lastReport;
    if (report === undefined) throw new Error('a dialer judges an ending');
    const services = this.#parts.registry;
    const plan = planAfter(report, this.#retries.context(services.clock.now()), this.settings, services.random);
    this.#parts.judged(report, plan);
    if ('delayMs' in plan) {
      this.#redialAfter(plan.delayMs, plan.verdict, report);
    } else {
      if (plan.verdict === 'crashed') this.#crash = { error: plan.error };
      this.dispatch({ type: `verdict.${plan.verdict}` });
    }
  }

  #redialAfter(delayMs: number, verdict: 'retry' | 'refresh' | 'stuck', report: CloseReport): void {
    if (verdict === 'stuck')
      this.#parts.registry.publish({ type: 'child.stuck', childId: this.#parts.dialer.id, report });
    if (verdict === 'refresh') this.#parts.attempts.history.wantRefresh();
    this.#delayMs = delayMs;
    this.dispatch({ type: 'verdict.retry' });
    this.#parts.board.set({ type: 'waiting', attempt: Math.max(1, this.#retries.attempt - 1), delayMs, report });
  }

  /** Exits as soon as the connections that were replaced have ended too. */
  #exit(type: 'stopped' | 'failed', reason: ChildExit['reason']): void {
    const { clock, random } = this.#parts.registry;
    this.#parts.restarts.exited(reason, this.settings.backoff, clock.now(), random);
    const crash = this.#crash;
    const exit: ChildExit = { id: this.#parts.dialer.id, reason, report: this.#parts.dialer.lastReport, ...crash };
    if (this.#replaced.size > 0 && this.#parts.dialer.state !== 'stopping') this.#parts.board.set({ type: 'stopping' });
    this.#replaced.whenAllEnded(() => {
      this.#parts.board.set({ type, exit: crash === undefined ? exit : withErrorJson(exit) });
      this.#exited.resolve(exit);
      this.#letGo();
    });
  }
}
