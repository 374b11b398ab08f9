import { type DialerEffect, type DialerEvent, dialerMachine } from '../machines/dialer.js';
import { createStepper, type Stand } from '../machines/run.js';
import { checkClose } from '../transport/close-code.js';
import type { CloseReport } from '../transport/close-report.js';
import { withErrorJson } from '../transport/error-json.js';
import { OptionError } from '../transport/errors.js';
import { errorFrom } from '../transport/thrown.js';
import type { Transport } from '../transport/transport.js';
import { Alarm } from './alarm.js';
import type { ChildExit, Exit, RunningChild } from './child-spec.js';
import type { Connection, Handler } from './connection.js';
import { ConnectionActor } from './connection-actor.js';
import { type DialLimiter, DialPermit } from './dial-limiter.js';
import { dialRequestOf, hostOf } from './dial-request.js';
import { rankAfter } from './dial-turns.js';
import type { DialAttempt, Dialer } from './dialer.js';
import { DialerFace } from './dialer-face.js';
import type { Home, Shared } from './home.js';
import type { Limits, Liveness } from './limits.js';
import { Outage } from './outage.js';
import { planAfter } from './redial-plan.js';
import { Relapses } from './relapses.js';
import type { DialSettings } from './resolve-dial.js';

const stepper = createStepper<DialerEffect>(dialerMachine);
const BACKOFF = stepper.at('waiting.backoff');

/** What a dialer needs of its supervisor. */
export interface DialerParent {
  readonly shared: Shared;
  readonly transport: Transport;
  readonly dialLimiter: DialLimiter;
  hasRoom(): boolean;
  nextId(): string;
  register(connection: ConnectionActor): void;
  connectionEnded(connection: ConnectionActor, report: CloseReport): void;
  /** The user has stopped a child for good. */
  forget(child: Dialer): void;
}

/**
 * Keeps one dialed connection up: each wire is a new connection, and the dialer lives across all of them. It is the same
 * across the restarts of its supervisor, each of which is a run of its own.
 */
export class DialerRuntime extends DialerFace implements Dialer, Home {
  readonly kind = 'dialer';
  limits: Limits;
  liveness: Liveness | false;
  handler: Handler<unknown>;
  #settings: DialSettings;
  readonly #parent: DialerParent;
  readonly #backoff: Alarm;
  readonly #permit = new DialPermit(() => this.#begin());
  #outage: Outage;
  readonly #relapses = new Relapses();
  #resolveExited: (exit: Exit) => void = () => {};
  #stand: Stand<DialerEffect> = stepper.initial().next;
  #mail: DialerEvent[] = [];
  #isStepping = false;
  /** The connection of the present attempt, up or not. */
  #current: ConnectionActor | undefined;
  #epoch = 0;
  #url: string | undefined;
  #delayMs = 0;
  #wantsRefresh = false;
  /** Whether the present connection is being closed to dial anew. */
  #isRedialing = false;
  #redialReason = '';
  #lastReport: CloseReport | undefined;
  /** What the handler or the retry policy threw. */
  #crash: { readonly error: unknown } | undefined;
  /** It owes the next attempt until it has exited. */
  #letGo = () => {};

  constructor(settings: DialSettings, parent: DialerParent) {
    super(settings.id, parent.shared);
    this.limits = settings.limits;
    this.liveness = settings.liveness;
    this.handler = settings.handler;
    this.#settings = settings;
    this.#parent = parent;
    this.#backoff = new Alarm(parent.shared.wheel, () => this.#dispatch({ type: 'deadline.backoff' }));
    this.#outage = new Outage(settings.backoff.stableAfterMs, parent.shared.clock.now());
  }

  /**
   * Begins a run: makes its first attempt, if the last run has crashed after a backoff. What former runs went through does
   * not count for its retry policy.
   */
  run(settings: DialSettings): RunningChild<Dialer> {
    this.#settings = settings;
    this.limits = settings.limits;
    this.liveness = settings.liveness;
    this.handler = settings.handler;
    this.#outage = new Outage(settings.backoff.stableAfterMs, this.shared.clock.now());
    this.#wantsRefresh = this.#isRedialing = false;
    this.#redialReason = '';
    this.#crash = undefined;
    this.#letGo = this.shared.wheel.keepAlive.hold();
    const exited = new Promise<Exit>((resolve) => {
      this.#resolveExited = resolve;
    });
    this.#beginRun(this.#relapses.delay(this.shared.clock.now()));
    return {
      handle: this,
      exited,
      shutDown: () => this.#dispatch({ type: 'shutdown' }),
      terminate: () => {
        this.#dispatch({ type: 'shutdown' });
        this.#current?.terminateFor('supervisor-stopped');
      },
      endsTogether: true,
      conclude: (exit) => this.conclude(exit),
    };
  }

  get childId(): string {
    return this.id;
  }

  get lastReport(): CloseReport | undefined {
    return this.#lastReport;
  }

  get url(): string | undefined {
    return this.#url;
  }

  redial(reason = ''): void {
    checkClose(1000, reason, 'dialed');
    this.#redialReason = reason;
    this.#relapses.cutShort();
    this.#dispatch({ type: 'redial' });
  }

  stop(): Promise<ChildExit> {
    this.#parent.forget(this);
    this.#dispatch({ type: 'stop' });
    return this.ended;
  }

  connectionOpened(connection: ConnectionActor): void {
    this.#parent.dialLimiter.release(this.#permit);
    if (this.shared.isObserved) this.shared.publish({ type: 'connection.opened', connection });
    this.#dispatch({ type: 'dial.opened' });
    this.handOut(connection as Connection);
  }

  connectionEnded(connection: ConnectionActor, report: CloseReport): void {
    this.#parent.dialLimiter.release(this.#permit);
    if (this.#outage.ended(report, this.#isRedialing, this.shared.clock.now())) this.#relapses.recovered();
    this.#isRedialing = false;
    this.#lastReport = report;
    this.#current = undefined;
    this.#parent.connectionEnded(connection, report);
    this.#dispatch({ type: report.openedAt === undefined ? 'dial.failed' : 'connection.ended' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** One that has to wait begins where others come after an ending: in its backoff. */
  #beginRun(delayMs: number): void {
    const report = this.#lastReport;
    if (delayMs === 0 || report === undefined) {
      const { next, effects } = stepper.initial();
      this.#stand = next;
      for (const effect of effects) DialerRuntime.#effects[effect](this, { type: 'redial' });
      return;
    }
    this.#stand = BACKOFF;
    this.#backoff.set(delayMs);
    this.tell({ type: 'waiting', attempt: this.#relapses.count, delayMs, report });
  }

  #dispatch(event: DialerEvent): void {
    this.#mail.push(event);
    if (this.#isStepping) return;
    this.#isStepping = true;
    for (let next = this.#mail.shift(); next !== undefined; next = this.#mail.shift()) this.#step(next);
    this.#isStepping = false;
  }

  #step(event: DialerEvent): void {
    const { next, effects } = stepper.step(this.#stand, event.type);
    const wasIn = this.#stand.name;
    this.#stand = next;
    if (next.name !== wasIn && next.name === 'up') this.tell({ type: 'up', connection: this.#current as Connection });
    if (next.name !== wasIn && next.name === 'stopping') this.tell({ type: 'stopping' });
    for (const effect of effects) DialerRuntime.#effects[effect](this, event);
  }

  static readonly #effects: Readonly<Record<DialerEffect, (self: DialerRuntime, event: DialerEvent) => void>> = {
    startDial: (self) => self.#dial(),
    callOffDial: (self, event) => self.#callOff(event),
    closeConnection: (self, event) => self.#closeCurrent(event),
    judge: (self) => self.#judge(),
    armBackoff: (self) => self.#backoff.set(self.#delayMs),
    disarmBackoff: (self) => self.#backoff.clear(),
    exitNormal: (self) => self.#exit('stopped', 'normal'),
    exitShutdown: (self) => self.#exit('stopped', 'shutdown'),
    exitAbnormal: (self) => self.#exit('failed', 'abnormal'),
  };

  /** Makes one attempt, as soon as the supervisor's limit allows. */
  #dial(): void {
    const { url } = this.#settings;
    this.#parent.dialLimiter.request(this.#permit, rankAfter(this.#lastReport), hostOf(typeof url === 'string' ? url : this.#url));
    if (this.#permit.state === 'queued') this.tell({ type: 'dialing', attempt: this.#outage.attempt, queued: true });
  }

  /** Its turn has come: a connection of its own, whatever comes of it. */
  #begin(): void {
    const { attempt } = this.#outage;
    const { present } = this;
    this.#epoch += 1;
    if (present.type !== 'dialing' || present.queued === true) this.tell({ type: 'dialing', attempt });
    const connection = new ConnectionActor({ id: this.#parent.nextId(), home: this, role: 'dialed', epoch: this.#epoch });
    this.#current = connection;
    this.#parent.register(connection);
    connection.start();
    const refresh = this.#wantsRefresh;
    const previousUrl = this.#url;
    this.#wantsRefresh = false;
    this.#url = undefined;
    const { signal, epoch = 0 } = connection;
    void this.#open(connection, { dialer: this, epoch, attempt, refresh, lastReport: this.#lastReport, previousUrl, signal });
  }

  async #open(connection: ConnectionActor, attempt: DialAttempt): Promise<void> {
    try {
      if (!this.#parent.hasRoom()) throw new OptionError('dial: the supervisor has as many connections as maxConnections allows.');
      const request = await dialRequestOf(this.#settings, attempt, (url) => {
        if (attempt.epoch === this.#epoch) this.#url = url;
        attempt.signal.throwIfAborted();
      });
      // It may have been called off, or its deadline may have passed, while URL and header fields were asked for.
      if (connection.state !== 'connecting') return;
      connection.adopt(this.#parent.transport.dial(request));
    } catch (error) {
      connection.failDial(errorFrom(error, "the dial's url or headers threw"));
    }
  }

  #callOff(event: DialerEvent): void {
    if (this.#permit.state !== 'queued') {
      this.#closeCurrent(event);
      return;
    }
    this.#parent.dialLimiter.release(this.#permit);
    this.#dispatch({ type: 'dial.failed' });
  }

  #closeCurrent(event: DialerEvent): void {
    this.#isRedialing = event.type === 'redial';
    if (event.type === 'shutdown') this.#current?.closeFor('supervisor-stopped', 1001, '');
    else this.#current?.closeFor('close-called', 1000, event.type === 'redial' ? this.#redialReason : '');
  }

  /** Asks what the last ending calls for. */
  #judge(): void {
    const report = this.#lastReport;
    if (report === undefined) throw new Error('a dialer judges an ending');
    const plan = planAfter(report, this.#outage.context(this.shared.clock.now()), this.#settings, Math.random);
    if (this.shared.isObserved) this.shared.publish({ type: 'dialer.judged', childId: this.id, verdict: plan.verdict, report });
    if ('delayMs' in plan) {
      this.#redialAfter(plan.delayMs, plan.verdict, report);
    } else {
      if (plan.verdict === 'crashed') this.#crash = plan;
      this.#dispatch({ type: `verdict.${plan.verdict}` });
    }
  }

  #redialAfter(delayMs: number, verdict: 'retry' | 'refresh' | 'stuck', report: CloseReport): void {
    if (verdict === 'stuck') this.shared.publish({ type: 'child.stuck', childId: this.id, report });
    if (verdict === 'refresh') {
      this.#wantsRefresh = true;
      this.#outage.refreshed();
    }
    this.#delayMs = delayMs;
    this.#dispatch({ type: 'verdict.retry' });
    this.tell({ type: 'waiting', attempt: Math.max(1, this.#outage.attempt - 1), delayMs, report });
  }

  #exit(type: 'stopped' | 'failed', reason: ChildExit['reason']): void {
    const report = this.#lastReport;
    this.#relapses.exited(reason, this.#settings.backoff, this.shared.clock.now(), Math.random);
    const { error } = this.#crash ?? { error: report?.handlerError };
    const exit: ChildExit = { id: this.id, reason, report, ...(error === undefined ? {} : { error }) };
    this.tell({ type, exit: error === undefined ? exit : withErrorJson(exit) });
    this.#resolveExited(exit);
    this.#letGo();
  }
}
