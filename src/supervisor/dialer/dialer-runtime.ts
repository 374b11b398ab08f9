import { type DialerEvent, dialerMachine } from '../../machines/dialer-machine.js';
import { createRunner, type MachineHost, type Runner } from '../../machines/run.js';
import { checkClose } from '../../transport/close-code.js';
import type { CloseReport } from '../../transport/close-report.js';
import { withErrorJson } from '../../transport/error-json.js';
import { OptionError } from '../../transport/errors.js';
import { errorFrom } from '../../transport/thrown.js';
import type { ChildExit, Exit, RunningChild } from '../api/child-spec.js';
import type { Connection, Handler } from '../api/connection.js';
import type { DialAttempt, Dialer } from '../api/dialer.js';
import type { Limits, Liveness } from '../api/limits.js';
import { ConnectionActor } from '../connection/connection-actor.js';
import type { ConnectionParent } from '../connection/connection-parent.js';
import { failDial } from '../connection/connection-runner.js';
import { type Deferred, deferred } from '../time/deferred.js';
import { RestartBackoff } from '../time/restart-backoff.js';
import { Timer } from '../time/timer.js';
import { Departures } from './departures.js';
import { DialPermit } from './dial-limiter.js';
import { DialMemory } from './dial-memory.js';
import { dialRequestOf, hostOf } from './dial-request.js';
import { rankAfter } from './dial-turns.js';
import { DialerFace, type DialerParent } from './dialer-face.js';
import { Outage, timeOpen } from './outage.js';
import { isDecisive, planAfter } from './redial-plan.js';
import type { DialSettings } from './resolve-dial.js';

/**
 * Keeps one dialed connection up: each wire is a new connection, and the dialer lives across all of them. It is the
 * same across the restarts of its supervisor, each of which is a run of its own.
 */
export class DialerRuntime extends DialerFace implements Dialer, ConnectionParent, MachineHost<typeof dialerMachine> {
  static readonly #runner: Runner<DialerRuntime, typeof dialerMachine> = createRunner({
    machine: dialerMachine,
    effects: {
      startDial: (self) => self.#dial(),
      callOffDial: (self, event) => self.#callOff(event),
      closeConnection: (self, event) => self.#closeCurrent(event),
      retireConnection: (self, event) => self.#retire(event),
      judge: (self) => self.#judge(),
      armBackoff: (self) => self.#backoff.set(self.#delayMs),
      disarmBackoff: (self) => self.#backoff.clear(),
      exitNormal: (self) => self.#exit('stopped', 'normal'),
      exitShutdown: (self) => self.#exit('stopped', 'shutdown'),
      exitAbnormal: (self) => self.#exit('failed', 'abnormal'),
    },
    moved(self, from, to) {
      if (to.name === from.name) return;
      if (to.name === 'up') self.tell({ type: 'up', connection: self.#current as Connection });
      if (to.name === 'stopping') self.tell({ type: 'stopping' });
    },
  });
  static readonly #backingOff = this.#runner.at('waiting.backoff');

  readonly kind = 'dialer';
  limits: Limits;
  liveness: Liveness | false;
  handler: Handler<unknown>;
  #settings: DialSettings;
  readonly #parent: DialerParent;
  readonly #backoff: Timer;
  readonly #permit = new DialPermit(() => this.#begin());
  #outage: Outage;
  readonly #restarts = new RestartBackoff();
  #exited: Deferred<Exit> = deferred();
  machineState: MachineHost<typeof dialerMachine>['machineState'] = DialerRuntime.#runner.initial;
  isStepping = false;
  mail: DialerEvent[] | undefined;
  readonly #memory = new DialMemory();
  /** The connection of the present attempt, up or not. */
  #current: ConnectionActor | undefined;
  /** Connections that a redial has left: they close beside the present one, and nothing of theirs reaches it. */
  readonly #leaving = new Departures();
  #epoch = 0;
  #url: string | undefined;
  /** When the present connection opened, monotonic ms. */
  #upSince: number | undefined;
  #delayMs = 0;
  /** What the handler or the retry policy threw. */
  #crash: { readonly error: unknown } | undefined;
  /** It owes the next attempt until it has exited. */
  #letGo = () => {};

  constructor(settings: DialSettings, parent: DialerParent) {
    super(settings.id, parent.registry);
    this.limits = settings.limits;
    this.liveness = settings.liveness;
    this.handler = settings.handler;
    this.#settings = settings;
    this.#parent = parent;
    this.#backoff = new Timer(parent.registry.wheel, () => this.#dispatch({ type: 'deadline.backoff' }));
    this.#outage = new Outage(settings.backoff.stableAfterMs, parent.registry.clock.now());
  }

  /**
   * Begins a run: makes its first attempt, if the last run has crashed after a backoff. What it failed at before does
   * not count.
   */
  run(settings: DialSettings): RunningChild<Dialer> {
    this.#settings = settings;
    this.limits = settings.limits;
    this.liveness = settings.liveness;
    this.handler = settings.handler;
    const now = this.services.clock.now();
    this.#outage = new Outage(settings.backoff.stableAfterMs, now, this.#outage.context(now));
    this.#memory.restart();
    this.#crash = undefined;
    this.#letGo = this.services.wheel.keepAlive.hold();
    this.#exited = deferred();
    this.#beginRun(this.#restarts.delay(this.services.clock.now()));
    return {
      handle: this,
      exited: this.#exited.promise,
      shutDown: () => this.#dispatch({ type: 'shutdown' }),
      terminate: () => this.#terminateBy('shutdown', 'supervisor-stopped'),
      endsTogether: true,
      conclude: (exit) => this.conclude(exit),
    };
  }

  get childId(): string {
    return this.id;
  }

  get lastReport(): CloseReport | undefined {
    return this.#memory.lastReport;
  }

  get url(): string | undefined {
    return this.#url;
  }

  redial(reason = ''): void {
    checkClose(1000, reason, 'dialed');
    // What became of the present connection has decided already.
    if (isDecisive(this.#current?.closeCause?.trigger)) return;
    this.#restarts.cutShort();
    this.#dispatch({ type: 'redial', reason });
  }

  stop(): Promise<ChildExit> {
    this.#parent.stoppedByUser(this);
    this.#dispatch({ type: 'stop' });
    return this.ended;
  }

  terminate(): Promise<ChildExit> {
    this.#parent.stoppedByUser(this);
    this.#terminateBy('stop', 'terminated');
    return this.ended;
  }

  connectionOpened(connection: ConnectionActor): void {
    this.#parent.dialLimiter.release(this.#permit);
    this.#upSince = this.services.clock.now();
    if (this.#memory.reached(connection.epoch)) this.#outage.refreshed();
    if (this.services.isObserved) this.services.publish({ type: 'connection.opened', connection });
    this.#dispatch({ type: 'dial.opened' });
    this.handOut(connection);
  }

  connectionEnded(connection: ConnectionActor, report: CloseReport): void {
    const isPresent = connection === this.#current;
    if (this.#memory.ended(report)) this.#outage.refreshed();
    if (isPresent) {
      this.#parent.dialLimiter.release(this.#permit);
      const now = this.services.clock.now();
      if (this.#outage.ended(report, timeOpen(this.#upSince, connection.endingSince ?? now), now))
        this.#restarts.recovered();
      this.#current = undefined;
    }
    this.#parent.registry.unregister(connection, report);
    if (isPresent) this.#dispatch({ type: report.openedAt === undefined ? 'dial.failed' : 'connection.ended' });
    this.#leaving.gone(connection);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** One that has to wait begins where others come after an ending: in its backoff. */
  #beginRun(delayMs: number): void {
    const report = this.lastReport;
    if (delayMs === 0 || report === undefined) {
      DialerRuntime.#runner.start(this);
      return;
    }
    this.machineState = DialerRuntime.#backingOff;
    this.#backoff.set(delayMs);
    this.tell({ type: 'waiting', attempt: this.#restarts.count, delayMs, report });
  }

  #dispatch(event: DialerEvent): void {
    DialerRuntime.#runner.dispatch(this, event);
  }

  /** Makes one attempt, as soon as the supervisor's limit allows. */
  #dial(): void {
    const { url } = this.#settings;
    const before = this.#leaving.size > 0 ? { openedAt: 0 } : this.lastReport;
    this.#parent.dialLimiter.request(
      this.#permit,
      rankAfter(before),
      hostOf(typeof url === 'string' ? url : this.#url),
    );
    if (this.#permit.state === 'queued') this.tell({ type: 'dialing', attempt: this.#outage.attempt, queued: true });
  }

  /** Its turn has come: a connection of its own, whatever comes of it. */
  #begin(): void {
    const { attempt } = this.#outage;
    this.#epoch += 1;
    if (this.present.type !== 'dialing' || this.present.queued === true) this.tell({ type: 'dialing', attempt });
    this.#upSince = undefined;
    // One that is being left is replaced: it takes nobody's room.
    const hasRoom = this.#leaving.size > 0 || this.#parent.registry.hasRoom();
    const connection = new ConnectionActor({
      id: this.#parent.registry.nextId(),
      parent: this,
      role: 'dialed',
      epoch: this.#epoch,
    });
    this.#current = connection;
    this.#parent.registry.register(connection);
    connection.start();
    this.#url = undefined;
    const epoch = this.#epoch;
    void this.#open(connection, hasRoom, {
      dialer: this,
      epoch,
      attempt,
      ...this.#memory.begin(epoch),
      signal: connection.signal,
    });
  }

  async #open(connection: ConnectionActor, hasRoom: boolean, attempt: DialAttempt): Promise<void> {
    try {
      if (!hasRoom) throw new OptionError('dial: the supervisor has as many connections as maxConnections allows.');
      const request = await dialRequestOf(this.#settings, attempt, (url) => {
        if (attempt.epoch === this.#epoch) this.#url = url;
        attempt.signal.throwIfAborted();
      });
      // It may have been called off, or its deadline may have passed, while URL and header fields were asked for.
      if (connection.state !== 'connecting') return;
      this.#memory.dialed(request.url, attempt.epoch);
      connection.adopt(this.#parent.transport.dial(request));
    } catch (error) {
      failDial(connection, errorFrom(error, "the dial's url or headers threw"));
    }
  }

  #callOff(event: DialerEvent | undefined): void {
    if (this.#permit.state !== 'queued') {
      this.#closeCurrent(event);
      return;
    }
    this.#parent.dialLimiter.release(this.#permit);
    this.#dispatch({ type: 'dial.failed' });
  }

  #closeCurrent(event: DialerEvent | undefined): void {
    if (event?.type === 'shutdown') this.#current?.closeFor('supervisor-stopped', 1001, '');
    else this.#current?.closeFor('close-called', 1000, '');
  }

  /** Stops, and drops TCP of the present connection and of those that a redial has left. */
  #terminateBy(type: 'stop' | 'shutdown', trigger: 'terminated' | 'supervisor-stopped'): void {
    this.#dispatch({ type });
    for (const connection of [...this.#leaving.connections, this.#current]) connection?.terminateFor(trigger);
  }

  /** Leaves the connection that is up to its closing handshake, which the next attempt does not wait for. */
  #retire(event: DialerEvent | undefined): void {
    const connection = this.#current;
    if (connection === undefined || event?.type !== 'redial') return;
    const now = this.services.clock.now();
    if (this.#outage.left(timeOpen(this.#upSince, connection.endingSince ?? now) ?? 0, now)) this.#restarts.recovered();
    this.#current = undefined;
    this.#leaving.add(connection);
    connection.closeFor('close-called', 1000, event.reason);
  }

  /** Asks what the last ending calls for. */
  #judge(): void {
    const report = this.lastReport;
    if (report === undefined) throw new Error('a dialer judges an ending');
    const plan = planAfter(report, this.#outage.context(this.services.clock.now()), this.#settings, Math.random);
    if (this.services.isObserved)
      this.services.publish({ type: 'dialer.judged', childId: this.id, verdict: plan.verdict, report });
    if ('delayMs' in plan) {
      this.#redialAfter(plan.delayMs, plan.verdict, report);
    } else {
      if (plan.verdict === 'crashed') this.#crash = { error: plan.error };
      this.#dispatch({ type: `verdict.${plan.verdict}` });
    }
  }

  #redialAfter(delayMs: number, verdict: 'retry' | 'refresh' | 'stuck', report: CloseReport): void {
    if (verdict === 'stuck') this.services.publish({ type: 'child.stuck', childId: this.id, report });
    if (verdict === 'refresh') this.#memory.wantRefresh();
    this.#delayMs = delayMs;
    this.#dispatch({ type: 'verdict.retry' });
    this.tell({ type: 'waiting', attempt: Math.max(1, this.#outage.attempt - 1), delayMs, report });
  }

  #exit(type: 'stopped' | 'failed', reason: ChildExit['reason']): void {
    this.#restarts.exited(reason, this.#settings.backoff, this.services.clock.now(), Math.random);
    const crash = this.#crash;
    const exit: ChildExit = { id: this.id, reason, report: this.lastReport, ...crash };
    if (this.#leaving.size > 0 && this.state !== 'stopping') this.tell({ type: 'stopping' });
    this.#leaving.whenGone(() => {
      this.tell({ type, exit: crash === undefined ? exit : withErrorJson(exit) });
      this.#exited.resolve(exit);
      this.#letGo();
    });
  }
}
