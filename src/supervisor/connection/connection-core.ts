import { type ConnectionEvent, connectionMachine } from '../../machines/connection-machine.js';
import { createRunner, type MachineHost, type Runner } from '../../machines/run.js';
import type { CloseReport, CloseTrigger } from '../../transport/close-report.js';
import type { Frame } from '../../transport/frame.js';
import type { Wire } from '../../transport/transport.js';
import type { WireEnd } from '../../transport/wire-fact.js';
import type { ConnectionState } from '../api/connection.js';
import { Alarm } from '../time/alarm.js';
import type { ConnectionParts } from './connection-base.js';
import { type CloseCause, closeCauseOf, cutShort, reportOf } from './ending.js';
import { Handled } from './handled.js';
import { Inbox, type InboxOwner } from './inbox.js';
import { Interruption } from './interruption.js';
import { type DeadlinesOwner, OpenDeadlines } from './open-deadlines.js';
import { type IntakeOwner, WireIntake } from './wire-intake.js';

/**
 * Runs one connection: feeds the machine with the wire's facts, the clock's deadlines and the caller's commands,
 * carries out its effects, and publishes the close report when the socket is gone. Sockets and timers are released here
 * and nowhere else. What users see of it is in the class above it, `ConnectionActor`.
 */
export abstract class ConnectionCore
  extends Handled
  implements InboxOwner, IntakeOwner, DeadlinesOwner, MachineHost<typeof connectionMachine>
{
  static readonly #runner: Runner<ConnectionCore, typeof connectionMachine> = createRunner({
    machine: connectionMachine,
    effects: {
      armOpenDeadline: (core) =>
        core.arm(core.parent.limits.openWithinMs, () => core.dispatch({ type: 'deadline.open' })),
      armCloseDeadline: (core) =>
        core.arm(core.parent.limits.closeWithinMs, () => core.dispatch({ type: 'deadline.close' })),
      disarmDeadline: (core) => core.lazyIfMade?.deadline?.clear(),
      // The handler is the caller of what it does in its first turn already: it starts outside of the step.
      startHandler: (core) => {
        core.lazy.isOpening = true;
      },
      interruptHandler: (core) => core.interrupt(),
      interruptHandlerOnceRead: (core) => {
        core.lazy.interruptsOnceRead = true;
        core.allRead();
      },
      keepHandlerError: (core, event) => {
        if (event?.type === 'handler.threw') core.lazy.handlerError ??= { error: event.error };
      },
      sendClose: (core) => core.wire?.close(core.closeCause?.code ?? 1000, core.closeCause?.reason ?? ''),
      echoClose: (core) => core.wire?.close(core.closeCause?.code ?? 1000, core.closeCause?.reason ?? ''),
      callOff: (core) => core.dropWire(),
      dropWire: (core) => core.dropWire(),
      endWire: (core) => {
        core.wire?.end();
        // The peer may neither read what explains the end to it nor ever end its side.
        core.arm(core.parent.limits.closeWithinMs, () => core.wire?.terminate());
      },
    },
    moved: (core, from, to, event) => core.moved(from.name, to.name, event),
    // The machine decides how a connection ends. That its socket is gone comes after that in some endings, when the
    // machine takes no more events, and the report is published then: so this is no effect of the machine.
    taken: (core, event) => {
      if (event.type === 'wire.closed') core.finish(event.end);
    },
  });
  static readonly #open = ConnectionCore.#runner.at('open');

  protected readonly inbox: Inbox;
  /**
   * When it opened, in whole monotonic ms: a Unix time is too large to be stored in place, and jumps when the clock is
   * set.
   */
  #openedNow: number | undefined;
  machineState: MachineHost<typeof connectionMachine>['machineState'];
  isStepping = false;
  readonly #stalledBefore: number;

  constructor(parts: ConnectionParts) {
    super(parts);
    const { parent, role, wire } = parts;
    this.inbox = new Inbox(this);
    this.#stalledBefore = parent.services.wheel.stalledMs;
    this.machineState = role === 'accepted' ? ConnectionCore.#open : ConnectionCore.#runner.initial;
    parent.services.stateChanged(undefined, role === 'accepted' ? 'open' : 'connecting');
    if (wire !== undefined) this.adopt(wire);
  }

  /** It takes no more sends, and belongs nowhere any more. */
  protected abstract leaveOpen(): void;
  protected abstract publishReport(report: CloseReport): void;

  /** Begins: the handler of an accepted connection, the opening deadline of a dialed one. */
  start(): void {
    if (this.role === 'accepted') this.open();
    else ConnectionCore.#runner.start(this);
  }

  /** Takes the wire of a dial. */
  adopt(wire: Wire): void {
    this.wire = wire;
    const intake = new WireIntake(this);
    wire.facts$.subscribe(intake);
    wire.frames$.subscribe(intake);
  }

  /** A dial that never came to a wire: its URL or header fields could not be had. */
  failDial(cause: Error): void {
    this.dispatch({ type: 'wire.closed', end: { kind: 'dial-failed', cause, unconfirmed: { frames: 0, bytes: 0 } } });
  }

  get state(): ConnectionState {
    return this.machineState.name;
  }

  /** Unix ms, by the clock on the wall as it stands now; `undefined` before it opened. */
  protected get openedAt(): number | undefined {
    const { clock } = this.parent.services;
    return this.#openedNow === undefined ? undefined : Math.round(clock.wallNow() - (clock.now() - this.#openedNow));
  }

  get isOpen(): boolean {
    return this.machineState === ConnectionCore.#open;
  }

  /** Whether the machine has decided how it ended, though its socket may not be gone yet. */
  protected override get isOver(): boolean {
    return this.machineState.isFinal;
  }

  /** What began the ending, once it has begun. */
  protected get closeCause(): CloseCause | undefined {
    return this.lazyIfMade?.closeCause;
  }

  protected get ownReport(): CloseReport | undefined {
    return this.lazyIfMade?.report;
  }

  protected get interruption(): Interruption {
    this.lazy.interruption ??= new Interruption(this);
    return this.lazy.interruption;
  }

  protected get openDeadlines(): OpenDeadlines {
    this.lazy.openDeadlines ??= new OpenDeadlines(this, this.wheel, this.clock);
    return this.lazy.openDeadlines;
  }

  /** Events that came while the machine was at a step: few connections ever have any. */
  get mail(): ConnectionEvent[] | undefined {
    return this.lazyIfMade?.mail;
  }

  set mail(mail: ConnectionEvent[] | undefined) {
    this.lazy.mail = mail;
  }

  /** Gives an event to the machine; one at a time, in order. */
  dispatch(event: ConnectionEvent): void {
    ConnectionCore.#runner.dispatch(this, event);
    const { lazyIfMade } = this;
    if (lazyIfMade === undefined || !lazyIfMade.isOpening || this.isStepping) return;
    lazyIfMade.isOpening = false;
    this.open();
  }

  /** Starts the closing handshake on behalf of a limit, a deadline, or the supervisor. */
  closeFor(trigger: CloseTrigger, code: number, reason: string): void {
    this.dispatch({ type: 'close', code, reason, trigger });
  }

  terminateFor(trigger: Extract<ConnectionEvent, { type: 'terminate' }>['trigger']): void {
    // Where a wire is given time to end after a fault the machine has decided already: that time is cut short.
    if (this.machineState.isFinal && this.ownReport === undefined) this.wire?.terminate();
    else this.dispatch({ type: 'terminate', trigger });
  }

  livenessLost(): void {
    this.dispatch({ type: 'liveness.lost' });
  }

  takeFrame(frame: Frame): void {
    this.inbox.take(frame);
  }

  framesEnded(): void {
    this.inbox.end();
  }

  holdSocket(isHeld: boolean): void {
    if (isHeld) {
      this.wire?.pause();
      if (!this.isOpen) return;
      this.openDeadlines.paused(this.parent.limits.pausedWithinMs);
    } else {
      this.wire?.resume();
      this.lazyIfMade?.openDeadlines?.resumed();
    }
  }

  allRead(): void {
    if (this.lazyIfMade?.interruptsOnceRead === true && this.inbox.isRead) this.interrupt();
  }

  private moved(from: ConnectionState, to: ConnectionState, event: ConnectionEvent): void {
    const before = socketStateOf(from);
    const after = socketStateOf(to);
    if (before !== after) this.parent.services.stateChanged(before, after);
    if (after === 'open' || before === undefined) return;
    const { lazy } = this;
    if (before !== 'closing') {
      lazy.closeCause = closeCauseOf(before, event);
      lazy.endingSince = this.clock.now();
    } else if (to === 'failed' && lazy.closeCause !== undefined) lazy.closeCause = cutShort(lazy.closeCause, event);
    if (before !== 'open') return;
    this.inbox.closing();
    this.lazyIfMade?.openDeadlines?.end();
    this.leaveOpen();
  }

  private dropWire(): void {
    if (this.wire !== undefined) this.wire.terminate();
    else queueMicrotask(() => this.failDial(new Error('the dial ended before its opening handshake began')));
  }

  private arm(withinMs: number, ring: () => void): void {
    const { lazy } = this;
    lazy.deadline?.clear();
    lazy.deadline = new Alarm(this.wheel, ring);
    lazy.deadline.set(withinMs);
  }

  private open(): void {
    const { services, limits } = this.parent;
    const { wire } = this;
    this.#openedNow = Math.floor(services.clock.now());
    if (wire !== undefined) this.startPulse(Math.random);
    if (wire !== undefined && limits.idleWithinMs !== Number.POSITIVE_INFINITY) {
      this.openDeadlines.watchIdleness(wire, limits.idleWithinMs);
    }
    this.parent.connectionOpened(this.self);
    // Whoever was told of it may have closed it.
    if (this.isOpen) this.startHandler();
  }

  private interrupt(): void {
    this.interruption.interrupt(
      () => `connection ${this.id} has ended: ${this.closeCause?.trigger ?? 'its socket is gone'}.`,
    );
  }

  /** The socket is gone. */
  private finish(end: WireEnd): void {
    const { wire, lazy } = this;
    if (lazy.report !== undefined) return;
    const { services, limits, childId } = this.parent;
    lazy.deadline?.clear();
    this.stopPulse();
    if (wire === undefined) this.inbox.end();
    const report = reportOf(lazy.closeCause ?? closeCauseOf('connecting', { type: 'wire.closed', end }), end, {
      outcome: this.state === 'closed' ? 'closed' : 'failed',
      connectionId: this.id,
      childId,
      epoch: this.epoch,
      role: this.role,
      wire,
      openedNow: this.#openedNow,
      endedAt: services.clock.wallNow(),
      now: services.clock.now(),
      localStallMs: Math.round(services.wheel.stalledMs - this.#stalledBefore),
      handlerError: lazy.handlerError,
    });
    lazy.report = report;
    this.noteLingering();
    // A handler at work on a message is spared by the peer's Close, but not for ever.
    if (this.isHandlerRunning && !this.inbox.isRead) this.arm(limits.closeWithinMs, () => this.interrupt());
    this.publishReport(report);
    this.parent.connectionEnded(this.self, report);
  }
}

/** A state that is counted among those of live connections; `undefined` for the final ones. */
const socketStateOf = (state: ConnectionState): 'connecting' | 'open' | 'closing' | undefined =>
  state === 'closed' || state === 'failed' ? undefined : state;
