import { type Observable, Subscriber } from 'rxjs';
import { connectionMachine, type ConnectionEffect, type ConnectionEvent } from '../machines/connection.js';
import { createStepper, type Stand } from '../machines/run.js';
import { checkClose } from '../transport/close-code.js';
import type { CloseReport, CloseTrigger } from '../transport/close-report.js';
import { EndedError, NotSentError, OptionError } from '../transport/errors.js';
import type { Frame, Sendable } from '../transport/frame.js';
import { notSendable } from '../transport/prepared.js';
import type { Wire } from '../transport/transport.js';
import type { WireEnd, WireFact } from '../transport/wire-fact.js';
import { Alarm } from './alarm.js';
import type { Connection, ConnectionRequest, ConnectionSnapshot, ConnectionState, HandlerResult, SendResult, WaitOptions } from './connection.js';
import { type Beginning, beginningOf, cutShort, reportOf } from './ending.js';
import type { Home } from './home.js';
import { Inbox, type InboxOwner } from './inbox.js';
import { Pulse, type PulseOwner } from './liveness.js';
import { within } from './within.js';
import type { Wheel } from './wheel.js';

const stepper = createStepper<ConnectionEffect>(connectionMachine);
const CONNECTING = stepper.at('connecting');
const OPEN = stepper.at('open');

/** A handler that still runs this long after the end of its connection is lingering. */
const LINGERS_AFTER_MS = 1000;

/** Idleness is found to within this part of `idleWithinMs`. */
const IDLE_STEPS = 8;

/** What a connection leaves when it closes, a group for example. */
export interface Leavable {
  leave(connection: ConnectionActor): void;
}

/** What is there only on connections that need it. */
interface Extras {
  closeAlarm?: Alarm;
  idleAlarm?: Alarm;
  expiryAlarm?: Alarm;
  pausedAlarm?: Alarm;
  lingerAlarm?: Alarm;
  interruption?: AbortController;
  drainAnnouncement?: AbortController;
  places?: Set<Leavable>;
  handlerError?: { readonly error: unknown };
  resolveClosed?: (report: CloseReport) => void;
  closed?: Promise<CloseReport>;
  writableWaiters?: Set<() => void>;
}

/** What a connection is made from. */
export interface ConnectionParts {
  readonly id: string;
  readonly home: Home;
  readonly role: 'accepted' | 'dialed';
  /** Absent while a dial's URL and header fields are still being asked for. */
  readonly wire?: Wire | undefined;
  readonly epoch?: number | undefined;
  readonly request?: ConnectionRequest | undefined;
  readonly data?: unknown;
}

/**
 * Runs one connection: feeds the machine with the wire's facts, the clock's deadlines and the caller's commands, carries
 * out its effects, and publishes the close report when the socket is gone. Sockets and timers are released here and
 * nowhere else.
 */
export class ConnectionActor implements Connection<unknown>, InboxOwner, PulseOwner {
  readonly id: string;
  readonly role: 'accepted' | 'dialed';
  readonly epoch: number | undefined;
  readonly request: ConnectionRequest | undefined;
  readonly data: unknown;
  readonly #home: Home;
  readonly #inbox: Inbox;
  #wire: Wire | undefined;
  #stand: Stand<ConnectionEffect>;
  #mail: ConnectionEvent[] | undefined;
  #isStepping = false;
  #pulse: Pulse | undefined;
  #beginning: Beginning | undefined;
  #report: CloseReport | undefined;
  #openedAt = 0;
  #stallBefore: number;
  #handlerState: 'waiting' | 'running' | 'done' = 'waiting';
  #isInterrupted = false;
  #interruptsOnceRead = false;
  #extras: Extras | undefined;

  constructor({ id, home, role, wire, epoch, request, data }: ConnectionParts) {
    this.id = id;
    this.role = role;
    this.epoch = epoch;
    this.request = request;
    this.data = data;
    this.#home = home;
    this.#inbox = new Inbox(this);
    this.#stallBefore = home.shared.wheel.stalledMs;
    this.#stand = role === 'accepted' ? OPEN : CONNECTING;
    home.shared.stateChanged(undefined, role === 'accepted' ? 'open' : 'connecting');
    if (wire !== undefined) this.adopt(wire);
  }

  /** Begins: the handler of an accepted connection, the opening deadline of a dialed one. */
  start(): void {
    if (this.role === 'accepted') this.#opened();
    else this.#arm(this.#home.limits.openWithinMs, { type: 'deadline.open' });
  }

  /** Takes the wire of a dial. */
  adopt(wire: Wire): void {
    this.#wire = wire;
    wire.facts$.subscribe(new FactIntake(this));
    wire.frames$.subscribe(this.#inbox);
  }

  /** A dial that never came to a wire: its URL or header fields could not be had. */
  failDial(cause: Error): void {
    this.dispatch({ type: 'wire.closed', end: { kind: 'dial-failed', cause, unconfirmed: { frames: 0, bytes: 0 } } });
  }

  /** Gives an event to the machine; one at a time, in order. */
  dispatch(event: ConnectionEvent): void {
    if (this.#isStepping) {
      (this.#mail ??= []).push(event);
      return;
    }
    this.#isStepping = true;
    this.#step(event);
    while (this.#mail !== undefined) {
      const next = this.#mail.shift();
      if (this.#mail.length === 0) this.#mail = undefined;
      if (next !== undefined) this.#step(next);
    }
    this.#isStepping = false;
  }

  #step(event: ConnectionEvent): void {
    const from = this.#stand;
    const { next, effects } = stepper.step(from, event.type);
    if (next !== from) this.#move(from, next, event);
    for (const effect of effects) ConnectionActor.#effects[effect](this, event);
    if (event.type === 'wire.closed') this.#finish(event.end);
  }

  #move(from: Stand<ConnectionEffect>, next: Stand<ConnectionEffect>, event: ConnectionEvent): void {
    this.#stand = next;
    if (next === OPEN) {
      this.#home.shared.stateChanged('connecting', 'open');
      return;
    }
    const before = from.name as ConnectionState;
    if (before === 'connecting' || before === 'open') this.#beginning = beginningOf(before, event);
    else if (next.name === 'failed' && this.#beginning !== undefined) this.#beginning = cutShort(this.#beginning, event);
    if (before === 'open') this.#leaveOpen();
    if (before !== next.name && before !== 'closed' && before !== 'failed') {
      this.#home.shared.stateChanged(before, next.name === 'closing' ? 'closing' : undefined);
    }
  }

  static readonly #effects: Readonly<Record<ConnectionEffect, (self: ConnectionActor, event: ConnectionEvent) => void>> = {
    armOpenDeadline: (self) => self.#arm(self.#home.limits.openWithinMs, { type: 'deadline.open' }),
    armCloseDeadline: (self) => self.#arm(self.#home.limits.closeWithinMs, { type: 'deadline.close' }),
    disarmDeadline: (self) => self.#extras?.closeAlarm?.clear(),
    startHandler: (self) => self.#opened(),
    interruptHandler: (self) => self.#interrupt(),
    interruptHandlerOnceRead: (self) => self.#interruptOnceRead(),
    keepHandlerError: (self, event) => {
      if (event.type === 'handler.threw') self.#more.handlerError = { error: event.error };
    },
    sendClose: (self) => self.#wire?.close(self.#beginning?.code ?? 1000, self.#beginning?.reason ?? ''),
    echoClose: (self) => self.#wire?.close(self.#beginning?.code ?? 1000, self.#beginning?.reason ?? ''),
    callOff: (self) => {
      if (self.#wire !== undefined) self.#wire.terminate();
      else queueMicrotask(() => self.failDial(new Error('the dial was called off before it began')));
    },
    endWire: (self) => {
      self.#wire?.end();
      // The peer may not read what explains the end to it, nor ever end its side.
      self.#arm(self.#home.limits.closeWithinMs, undefined);
    },
    dropWire: (self) => {
      if (self.#wire !== undefined) self.#wire.terminate();
      else queueMicrotask(() => self.failDial(new Error('the dial did not get as far as a connection in time')));
    },
  };

  get #more(): Extras {
    this.#extras ??= {};
    return this.#extras;
  }

  get wheel(): Wheel {
    return this.#home.shared.wheel;
  }

  get readAheadBytes(): number {
    return this.#home.limits.readAheadBytes;
  }

  /** Arms the one deadline that a machine state has; without an event it drops the socket itself. */
  #arm(withinMs: number, event: ConnectionEvent | undefined): void {
    const alarm = new Alarm(this.wheel, () => {
      if (event === undefined) this.#wire?.terminate();
      else this.dispatch(event);
    });
    this.#extras?.closeAlarm?.clear();
    this.#more.closeAlarm = alarm;
    alarm.set(withinMs);
  }

  #opened(): void {
    const { shared, liveness, limits } = this.#home;
    this.#openedAt = shared.clock.wallNow();
    if (liveness !== false && this.#wire !== undefined) {
      this.#pulse = new Pulse(this, this.#wire, liveness, shared.wheel, shared.clock);
      this.#pulse.start(Math.random);
    }
    if (limits.idleWithinMs !== Number.POSITIVE_INFINITY) this.#watchIdleness(limits.idleWithinMs);
    this.#home.connectionOpened(this);
    if (this.#stand === OPEN) this.#serve();
  }

  /** Starts the handler; whatever it throws, now or later, ends this connection and nothing else. */
  #serve(): void {
    this.#handlerState = 'running';
    try {
      const result = this.#home.handler(this);
      if (result instanceof Promise) result.then(this.#handlerReturned, this.#handlerThrew);
      else if (typeof (result as PromiseLike<HandlerResult> | undefined)?.then === 'function') Promise.resolve(result).then(this.#handlerReturned, this.#handlerThrew);
      else this.#handlerReturned(result as HandlerResult);
    } catch (error) {
      this.#handlerThrew(error);
    }
  }

  readonly #handlerReturned = (result: HandlerResult): void => {
    if (this.#stand === OPEN && this.#inbox.hasSubscribers && this.#home.shared.isObserved) {
      this.#home.shared.publish({ type: 'handler.left-subscribers', connectionId: this.id });
    }
    const { code = 1000, reason = '' } = typeof result === 'object' && result !== null && !('outcome' in result) ? result : {};
    try {
      checkClose(code, reason, this.role);
    } catch (error) {
      this.#handlerThrew(error);
      return;
    }
    this.#handlerEnded(undefined);
    this.dispatch({ type: 'handler.returned', code, reason });
  };

  readonly #handlerThrew = (error: unknown): void => {
    this.#handlerEnded({ error });
    this.dispatch({ type: 'handler.threw', error });
  };

  #handlerEnded(failure: { readonly error: unknown } | undefined): void {
    this.#handlerState = 'done';
    // Nobody will read any more: what comes until the peer's Close is dropped.
    if (!this.#inbox.hasSubscribers) this.#inbox.drop();
    const lingered = this.#extras?.lingerAlarm;
    if (lingered === undefined) return;
    if (lingered.isSet) {
      lingered.clear();
      return;
    }
    this.#home.shared.handlerLingers(-1);
    this.#home.shared.publish({ type: 'handler.finished', connectionId: this.id, ...failure });
  }

  /** Takes no more sends; nothing of an open connection's is needed any longer. */
  #leaveOpen(): void {
    this.#inbox.closing();
    const extras = this.#extras;
    if (extras === undefined) return;
    extras.idleAlarm?.clear();
    extras.expiryAlarm?.clear();
    extras.pausedAlarm?.clear();
    if (extras.places !== undefined) for (const place of extras.places) place.leave(this);
    delete extras.places;
    this.#releaseWritable();
  }

  /** The socket is gone. */
  #finish(end: WireEnd): void {
    if (this.#report !== undefined) return;
    const { shared, limits, childId } = this.#home;
    const wire = this.#wire;
    const endedAt = shared.clock.wallNow();
    this.#extras?.closeAlarm?.clear();
    this.#pulse?.stop();
    if (wire === undefined) this.#inbox.complete();
    const report = reportOf(this.#beginning ?? beginningOf('connecting', { type: 'wire.closed', end }), end, {
      outcome: this.#stand.name === 'closed' ? 'closed' : 'failed',
      connectionId: this.id,
      childId,
      epoch: this.epoch,
      role: this.role,
      remoteAddress: wire?.remoteAddress,
      openedAt: this.#openedAt === 0 ? undefined : this.#openedAt,
      endedAt,
      lastHeardAt: wire === undefined || wire.heardAt === 0 ? undefined : Math.round(endedAt - (shared.clock.now() - wire.heardAt)),
      localStallMs: Math.round(shared.wheel.stalledMs - this.#stallBefore),
      framesIn: wire?.framesIn ?? 0,
      framesOut: wire?.framesOut ?? 0,
      bytesIn: wire?.bytesIn ?? 0,
      bytesOut: wire?.bytesOut ?? 0,
      handlerError: this.#extras?.handlerError,
    });
    this.#report = report;
    this.#releaseWritable();
    if (this.#handlerState === 'running') this.#watchLingering(limits.closeWithinMs);
    this.#extras?.resolveClosed?.(report);
    this.#home.connectionEnded(this, report);
  }

  /** A handler at work on a frame is not interrupted by the peer's Close, but not spared for ever. */
  #watchLingering(closeWithinMs: number): void {
    const linger = new Alarm(this.wheel, () => {
      this.#home.shared.handlerLingers(1);
      this.#home.shared.publish({ type: 'handler.lingering', connectionId: this.id });
      if (!this.#isInterrupted) new Alarm(this.wheel, () => this.#interrupt()).set(Math.max(1, closeWithinMs - LINGERS_AFTER_MS));
    });
    this.#more.lingerAlarm = linger;
    linger.set(LINGERS_AFTER_MS);
  }

  #interrupt(): void {
    if (this.#isInterrupted) return;
    this.#isInterrupted = true;
    this.#extras?.interruption?.abort(this.#interruptionReason());
  }

  #interruptOnceRead(): void {
    if (this.#inbox.isRead) this.#interrupt();
    else this.#interruptsOnceRead = true;
  }

  #interruptionReason(): EndedError {
    return new EndedError(`connection ${this.id} has ended: ${this.#beginning?.trigger ?? 'its socket is gone'}.`);
  }

  #watchIdleness(idleWithinMs: number): void {
    let seen = -1;
    let quietSteps = 0;
    const alarm = new Alarm(this.wheel, () => {
      const frames = (this.#wire?.framesIn ?? 0) + (this.#wire?.framesOut ?? 0);
      quietSteps = frames === seen ? quietSteps + 1 : 0;
      seen = frames;
      if (quietSteps >= IDLE_STEPS) this.closeFor('idle', 1000, 'idle');
      else alarm.set(idleWithinMs / IDLE_STEPS);
    });
    seen = 0;
    this.#more.idleAlarm = alarm;
    alarm.set(idleWithinMs / IDLE_STEPS);
  }

  /** Starts the closing handshake on behalf of a limit, a deadline, or the supervisor. */
  closeFor(trigger: CloseTrigger, code: number, reason: string, cause?: Error): void {
    this.dispatch({ type: 'close', code, reason, trigger, ...(cause === undefined ? {} : { cause }) });
  }

  terminateFor(trigger: CloseTrigger): void {
    this.dispatch({ type: 'terminate', trigger });
  }

  livenessLost(): void {
    this.dispatch({ type: 'liveness.lost' });
  }

  holdSocket(isHeld: boolean): void {
    if (isHeld) this.#wire?.pause();
    else this.#wire?.resume();
    const alarm = this.#extras?.pausedAlarm;
    if (!isHeld) {
      alarm?.clear();
      return;
    }
    const { pausedWithinMs } = this.#home.limits;
    const armed = alarm ?? new Alarm(this.wheel, () => this.closeFor('slow-handler', 1011, 'handler too slow'));
    this.#more.pausedAlarm = armed;
    armed.set(pausedWithinMs);
  }

  allRead(): void {
    if (this.#interruptsOnceRead && this.#inbox.isRead) this.#interrupt();
  }

  subscriberThrew(error: unknown): void {
    this.dispatch({ type: 'handler.threw', error });
  }

  frameCame(bytes: number): void {
    const { totals } = this.#home.shared;
    totals.framesIn += 1;
    totals.bytesIn += bytes;
  }

  /** Has a group or the like told when this connection closes; `false` if it is not open. */
  enter(place: Leavable): boolean {
    if (this.#stand !== OPEN) return false;
    const extras = this.#more;
    extras.places ??= new Set();
    extras.places.add(place);
    return true;
  }

  leave(place: Leavable): void {
    this.#extras?.places?.delete(place);
  }

  /** Announces a drain to the handler. */
  announceDrain(): void {
    this.#more.drainAnnouncement ??= new AbortController();
    this.#more.drainAnnouncement.abort();
  }

  get childId(): string {
    return this.#home.childId;
  }

  get state(): ConnectionState {
    return this.#stand.name as ConnectionState;
  }

  get protocol(): string {
    return this.#wire?.protocol ?? '';
  }

  get remoteAddress(): string | undefined {
    return this.#wire?.remoteAddress;
  }

  get bufferedBytes(): number {
    return this.#wire?.bufferedBytes ?? 0;
  }

  get report(): CloseReport | undefined {
    return this.#report;
  }

  get closed(): Promise<CloseReport> {
    const extras = this.#more;
    extras.closed ??= new Promise((resolve) => {
      if (this.#report === undefined) extras.resolveClosed = resolve;
      else resolve(this.#report);
    });
    return extras.closed;
  }

  get signal(): AbortSignal {
    const extras = this.#more;
    if (extras.interruption === undefined) {
      extras.interruption = new AbortController();
      if (this.#isInterrupted) extras.interruption.abort(this.#interruptionReason());
    }
    return extras.interruption.signal;
  }

  get drainSignal(): AbortSignal {
    this.#more.drainAnnouncement ??= new AbortController();
    return this.#more.drainAnnouncement.signal;
  }

  get frames$(): Observable<Frame> {
    return this.#inbox.frames$;
  }

  discardFrames(): void {
    this.#inbox.drop();
  }

  receive(options?: WaitOptions): Promise<Frame | undefined> {
    return this.#inbox.receive(options);
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Frame> {
    return this.#inbox[Symbol.asyncIterator]();
  }

  send(data: Sendable): SendResult {
    const wire = this.#wire;
    if (typeof data !== 'string' && !(data instanceof Uint8Array) && !(data?.data instanceof Uint8Array)) throw notSendable(data);
    if (this.#stand !== OPEN || wire === undefined) return 'closed';
    const { limits, shared } = this.#home;
    const bytes = typeof data === 'string' || data instanceof Uint8Array ? data.length : data.data.length;
    const waiting = wire.bufferedBytes + bytes;
    // A message that is larger than the bound by itself may go when nothing else waits.
    if (waiting > limits.maxBufferedBytes && waiting > bytes) return this.#refuseSlowPeer();
    const before = wire.bytesOut;
    if (!sendOn(wire, data)) return 'closed';
    shared.totals.framesOut += 1;
    shared.totals.bytesOut += wire.bytesOut - before;
    return waiting > limits.highWaterMark ? 'backpressure' : 'taken';
  }

  #refuseSlowPeer(): SendResult {
    if (this.#home.limits.slowPeer === 'close') {
      this.#wire?.discard();
      this.closeFor('slow-peer', 1013, 'peer reads too slowly');
    }
    return 'dropped';
  }

  async sendAndWait(data: Sendable, { signal, withinMs }: WaitOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    const result = this.send(data);
    if (result === 'closed') throw new NotSentError('closed', `connection ${this.id} is ${this.state}; the message was not taken.`);
    if (result === 'dropped') throw new NotSentError('dropped', `connection ${this.id} has too much waiting for its peer; the message was dropped.`);
    const wire = this.#wire;
    const left = new Promise<void>((resolve, reject) => {
      wire?.confirm((written) => {
        if (written) resolve();
        else reject(this.#fateOfLost());
      });
    });
    await within(left, { signal, withinMs }, this.wheel, () => `sendAndWait: the message was not handed to the kernel within ${withinMs} ms; it is still on its way.`);
  }

  #fateOfLost(): NotSentError {
    if (this.#beginning?.trigger === 'slow-peer') return new NotSentError('discarded', `connection ${this.id} was closed as its peer reads too slowly; the message was discarded.`);
    return new NotSentError('unknown', `connection ${this.id} ended before the message was known to have left.`);
  }

  async writable(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const wire = this.#wire;
    if (wire === undefined || this.#stand !== OPEN || wire.bufferedBytes <= this.#home.limits.highWaterMark) return;
    const extras = this.#more;
    if (extras.writableWaiters === undefined) {
      extras.writableWaiters = new Set();
      wire.drained$.subscribe(() => this.#releaseWritable());
    }
    const waiters = extras.writableWaiters;
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
      waiters.add(release);
    });
    await within(released, { signal }, this.wheel, () => '').finally(() => waiters.delete(release));
  }

  #releaseWritable(): void {
    const waiters = this.#extras?.writableWaiters;
    if (waiters !== undefined) for (const release of waiters) release();
  }

  close(code = 1000, reason = ''): void {
    checkClose(code, reason, this.role);
    this.closeFor('close-called', code, reason);
  }

  terminate(): void {
    this.terminateFor('terminated');
  }

  renew(expiresAt: number | Date): void {
    const at = Number(expiresAt);
    if (Number.isNaN(at)) throw new OptionError(`renew: ${String(expiresAt)} is not a time; allowed are Unix milliseconds and a Date.`);
    if (this.#stand !== OPEN) return;
    const { clock } = this.#home.shared;
    const extras = this.#more;
    extras.expiryAlarm?.clear();
    extras.expiryAlarm = new Alarm(this.wheel, () => this.closeFor('expired', 3000, 'credential expired'));
    extras.expiryAlarm.set(Math.max(0, at - clock.wallNow()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.closed;
  }

  toJSON(): ConnectionSnapshot {
    const wire = this.#wire;
    return {
      id: this.id,
      childId: this.childId,
      epoch: this.epoch,
      role: this.role,
      state: this.state,
      protocol: this.protocol,
      remoteAddress: this.remoteAddress,
      openedAt: this.#openedAt === 0 ? undefined : this.#openedAt,
      framesIn: wire?.framesIn ?? 0,
      framesOut: wire?.framesOut ?? 0,
      bytesIn: wire?.bytesIn ?? 0,
      bytesOut: wire?.bytesOut ?? 0,
      bufferedBytes: this.bufferedBytes,
    };
  }
}

/** Sends a message as what it is: a string as text, bytes as binary, a frame as what it was. */
function sendOn(wire: Wire, data: Sendable): boolean {
  if (typeof data === 'string') return wire.send(data, false);
  if (data instanceof Uint8Array) return wire.send(data, true);
  return 'framed' in data ? wire.sendPrepared(data) : wire.send(data.data, data.isBinary);
}

/** The subscriber of a wire's facts: they are the machine's events as they are. */
class FactIntake extends Subscriber<WireFact> {
  readonly #connection: ConnectionActor;

  constructor(connection: ConnectionActor) {
    super();
    this.#connection = connection;
  }

  protected override _next(fact: WireFact): void {
    this.#connection.dispatch(fact);
  }
}
