import { type DialerEffect, type DialerEvent, dialerMachine } from '../machines/dialer.js';
import { createStepper, type Stand } from '../machines/run.js';
import { checkClose } from '../transport/close-code.js';
import type { CloseReport } from '../transport/close-report.js';
import { EndedError, OptionError } from '../transport/errors.js';
import type { Sendable } from '../transport/frame.js';
import type { Transport, WireOptions } from '../transport/transport.js';
import { Alarm } from './alarm.js';
import { delayBefore } from './backoff.js';
import { ConnectionActor } from './connection-actor.js';
import type { Connection, SendResult } from './connection.js';
import type { ChildExit, DialAttempt, Dialer, DialerStatus } from './dialer.js';
import type { Home, Shared } from './home.js';
import { resolveHeaders, resolveUrl } from './options.js';
import type { DialSettings } from './resolve-dial.js';
import { StatusFeed } from './status-feed.js';

const stepper = createStepper<DialerEffect>(dialerMachine);

/** What a dialer needs of its supervisor. */
export interface DialerParent {
  readonly shared: Shared;
  readonly transport: Transport;
  hasRoom(): boolean;
  nextId(): string;
  register(connection: ConnectionActor): void;
  connectionEnded(connection: ConnectionActor, report: CloseReport): void;
  /** The user has stopped a child for good. */
  forget(childId: string): void;
}

/** Keeps one dialed connection up: each wire is a new connection, and the dialer lives across all of them. */
export class DialerRuntime implements Dialer, Home {
  readonly kind = 'dialer';
  readonly id: string;
  readonly limits;
  readonly liveness;
  readonly handler;
  readonly shared: Shared;
  readonly ended: Promise<ChildExit>;
  readonly #settings: DialSettings;
  readonly #parent: DialerParent;
  readonly #wireOptions: WireOptions;
  readonly #status = new StatusFeed<DialerStatus>({ type: 'dialing', attempt: 1 });
  readonly #backoff: Alarm;
  #resolveEnded: (exit: ChildExit) => void = () => {};
  #stand: Stand<DialerEffect> = stepper.initial().next;
  #mail: DialerEvent[] = [];
  #isStepping = false;
  /** The connection of the present attempt, up or not. */
  #current: ConnectionActor | undefined;
  #epoch = 0;
  /** Attempts in a row that did not lead to a stable connection. */
  #unstable = 0;
  #delayMs = 0;
  #wantsRefresh = false;
  #hasRefreshed = false;
  #redialReason = '';
  #lastReport: CloseReport | undefined;
  #waiters: { readonly resolve: (connection: Connection) => void; readonly reject: (error: unknown) => void }[] = [];

  constructor(settings: DialSettings, parent: DialerParent) {
    this.id = settings.id;
    this.limits = settings.limits;
    this.liveness = settings.liveness;
    this.handler = settings.handler;
    this.shared = parent.shared;
    this.#settings = settings;
    this.#parent = parent;
    this.#wireOptions = {
      maxPayloadBytes: settings.limits.maxPayloadBytes,
      maxFragments: settings.limits.maxFragments,
      perMessageDeflate: settings.perMessageDeflate,
    };
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
    this.#backoff = new Alarm(parent.shared.wheel, () => this.#dispatch({ type: 'deadline.backoff' }));
  }

  /** Makes the first attempt. */
  start(): void {
    for (const effect of stepper.initial().effects) DialerRuntime.#effects[effect](this, { type: 'redial' });
  }

  get childId(): string {
    return this.id;
  }

  get state(): DialerStatus['type'] {
    return this.#status.present.type;
  }

  get connection(): Connection | undefined {
    const { present } = this.#status;
    return present.type === 'up' ? present.connection : undefined;
  }

  get lastReport(): CloseReport | undefined {
    return this.#lastReport;
  }

  connected({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<Connection> {
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    const { present } = this.#status;
    if (present.type === 'up') return Promise.resolve(present.connection);
    if (present.type === 'stopping' || present.type === 'stopped' || present.type === 'failed') return Promise.reject(this.#endedError());
    return new Promise((resolve, reject) => {
      const leave = () => {
        signal?.removeEventListener('abort', onAbort);
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
      };
      const onAbort = () => {
        leave();
        reject(signal?.reason);
      };
      const waiter = {
        resolve: (connection: Connection) => {
          leave();
          resolve(connection);
        },
        reject: (error: unknown) => {
          leave();
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort);
      this.#waiters.push(waiter);
    });
  }

  send(data: Sendable): SendResult {
    return this.connection?.send(data) ?? 'closed';
  }

  redial(reason = ''): void {
    checkClose(1000, reason, 'dialed');
    this.#redialReason = reason;
    this.#dispatch({ type: 'redial' });
  }

  status(): AsyncIterableIterator<DialerStatus> {
    return this.#status.iterate();
  }

  async stop(): Promise<ChildExit> {
    this.#dispatch({ type: 'stop' });
    const exit = await this.ended;
    this.#parent.forget(this.id);
    return exit;
  }

  /** The supervisor's stop. */
  shutDown(): Promise<ChildExit> {
    this.#dispatch({ type: 'shutdown' });
    return this.ended;
  }

  connectionOpened(connection: ConnectionActor): void {
    if (this.shared.isObserved) this.shared.publish({ type: 'connection.opened', connection });
    this.#dispatch({ type: 'dial.opened' });
    for (const waiter of [...this.#waiters]) waiter.resolve(connection as Connection);
  }

  connectionEnded(connection: ConnectionActor, report: CloseReport): void {
    const isStable = report.openedAt !== undefined && report.endedAt - report.openedAt >= this.#settings.backoff.stableAfterMs;
    this.#unstable = isStable ? 0 : this.#unstable + 1;
    if (isStable) this.#hasRefreshed = false;
    this.#lastReport = report;
    this.#current = undefined;
    this.#parent.connectionEnded(connection, report);
    this.#dispatch({ type: report.openedAt === undefined ? 'dial.failed' : 'connection.ended' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
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
    if (next.name !== wasIn && next.name === 'up') this.#tell({ type: 'up', connection: this.#current as Connection });
    if (next.name !== wasIn && next.name === 'stopping') this.#tell({ type: 'stopping' });
    for (const effect of effects) DialerRuntime.#effects[effect](this, event);
  }

  static readonly #effects: Readonly<Record<DialerEffect, (self: DialerRuntime, event: DialerEvent) => void>> = {
    startDial: (self) => self.#dial(),
    callOffDial: (self, event) => self.#closeCurrent(event),
    closeConnection: (self, event) => self.#closeCurrent(event),
    judge: (self) => self.#judge(),
    armBackoff: (self) => self.#backoff.set(self.#delayMs),
    disarmBackoff: (self) => self.#backoff.clear(),
    exitNormal: (self) => self.#exit('stopped', 'normal'),
    exitShutdown: (self) => self.#exit('stopped', 'shutdown'),
    exitAbnormal: (self) => self.#exit('failed', 'abnormal'),
  };

  /** Makes one attempt: a connection of its own, whatever comes of it. */
  #dial(): void {
    const attempt = this.#unstable + 1;
    this.#epoch += 1;
    if (this.#epoch > 1) this.#tell({ type: 'dialing', attempt });
    const connection = new ConnectionActor({ id: this.#parent.nextId(), home: this, role: 'dialed', epoch: this.#epoch });
    this.#current = connection;
    this.#parent.register(connection);
    connection.start();
    const refresh = this.#wantsRefresh;
    this.#wantsRefresh = false;
    void this.#open(connection, { attempt, refresh, lastReport: this.#lastReport, signal: connection.signal });
  }

  async #open(connection: ConnectionActor, attempt: DialAttempt): Promise<void> {
    const { url, headers, protocols, tls } = this.#settings;
    try {
      if (!this.#parent.hasRoom()) throw new OptionError('dial: the supervisor has as many connections as maxConnections allows.');
      const target = typeof url === 'function' ? resolveUrl(await url(attempt), 'url') : url;
      const fields = typeof headers === 'function' ? resolveHeaders(await headers(attempt), 'headers') : headers;
      // It may have been called off, or its deadline may have passed, while URL and header fields were asked for.
      if (connection.state !== 'connecting') return;
      connection.adopt(this.#parent.transport.dial({ url: target, headers: fields, protocols, tls, options: this.#wireOptions }));
    } catch (error) {
      connection.failDial(error instanceof Error ? error : new Error(`the dial's url or headers threw ${String(error)}`, { cause: error }));
    }
  }

  #closeCurrent(event: DialerEvent): void {
    if (event.type === 'shutdown') this.#current?.closeFor('supervisor-stopped', 1001, '');
    else this.#current?.closeFor('close-called', 1000, event.type === 'redial' ? this.#redialReason : '');
  }

  /** Asks what the last ending calls for. A redial that the user asked for is no failure. */
  #judge(): void {
    const report = this.#lastReport;
    if (report === undefined) throw new Error('a dialer judges an ending');
    const attempt = Math.max(1, this.#unstable);
    if (report.trigger === 'handler-threw') this.#dispatch({ type: 'verdict.crashed' });
    else if (report.trigger === 'handler-returned' || report.trigger === 'close-called') this.#dispatch({ type: 'verdict.finished' });
    else this.#retry(report, attempt);
  }

  #retry(report: CloseReport, attempt: number): void {
    const { retry, restart, backoff } = this.#settings;
    let verdict = retry(report, attempt, { refreshed: this.#hasRefreshed });
    let delayMs = delayBefore(attempt, backoff, Math.random, report);
    if (verdict === 'stop' && restart === 'permanent') {
      verdict = 'retry';
      delayMs = Math.max(delayMs, backoff.maxMs);
      this.shared.publish({ type: 'child.stuck', childId: this.id, report });
    }
    if (verdict === 'stop') {
      this.#dispatch({ type: 'verdict.stop' });
      return;
    }
    if (verdict === 'refresh') this.#wantsRefresh = this.#hasRefreshed = true;
    this.#delayMs = typeof verdict === 'object' ? verdict.afterMs : delayMs;
    this.#dispatch({ type: 'verdict.retry' });
    this.#tell({ type: 'waiting', attempt, delayMs: this.#delayMs, report });
  }

  #exit(type: 'stopped' | 'failed', reason: ChildExit['reason']): void {
    const report = this.#lastReport;
    const exit: ChildExit = { id: this.id, reason, report, ...(report?.handlerError === undefined ? {} : { error: report.handlerError }) };
    this.#tell({ type, exit });
    for (const waiter of [...this.#waiters]) waiter.reject(this.#endedError());
    this.#resolveEnded(exit);
    this.shared.publish({ type: 'child.exited', exit });
  }

  #tell(status: DialerStatus): void {
    this.#status.set(status, status.type === 'stopped' || status.type === 'failed');
    if (this.shared.isObserved) this.shared.publish({ type: 'dialer.status', childId: this.id, status });
  }

  #endedError(): EndedError {
    return new EndedError(`dialer ${this.id} is ${this.state}: it will not connect any more.`);
  }
}
