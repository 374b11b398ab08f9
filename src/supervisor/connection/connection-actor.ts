import type { Observable } from 'rxjs';
import type { ConnectionEvent, connectionMachine } from '../../machines/connection-machine.js';
import type { MachineHost } from '../../machines/run.js';
import { checkOwnClose } from '../../transport/close-code.js';
import type { CloseFrame, CloseTrigger } from '../../transport/close-report.js';
import type { ControlFrame, Frame, Sendable } from '../../transport/frame.js';
import { printAsJson } from '../../transport/print-as-json.js';
import type { Wire } from '../../transport/transport.js';
import type { Connection, ConnectionSnapshot, ConnectionState, SendResult } from '../api/connection.js';
import type { ConnectionRequest } from '../api/connection-request.js';
import type { HandlerResult } from '../api/handler.js';
import type { PingOptions, WaitOptions } from '../api/wait-options.js';
import { expiryOf } from '../options/expiry.js';
import type { WheelSlot, WheelTask } from '../time/wheel.js';
import { closeReceivedOf } from './close-notice.js';
import type { ConnectionParent, ConnectionParts } from './connection-parent.js';
import { CONNECTING, connectionRunner, dispatch, OPEN, opened } from './connection-runner.js';
import { ConnectionView } from './connection-view.js';
import { controlFramesOf, pong } from './control-frames.js';
import { Inbox } from './frames/inbox.js';
import { handlerReturned, handlerThrew, subscriberThrew } from './handler-run.js';
import { drainSignalOf, interrupt, signalOf } from './handler-signals.js';
import { heartbeatOf } from './heartbeat.js';
import { COUNTED_FROM } from './holdings.js';
import { LazyParts } from './lazy-parts.js';
import { livenessDue, type Probe } from './liveness.js';
import { openDeadlinesOf } from './open-deadlines.js';
import { holdSocket, pause, resume } from './reading.js';
import { ping } from './round-trip.js';
import { send, sendAndWait, writable } from './sending.js';
import { snapshotOf } from './snapshot.js';
import { receiveFrom } from './wire-intake.js';

/**
 * One connection: its fields, and what users and other rooms can do with it. It is one object with few fields, since
 * there may be 100,000 of them: what it does is in functions over it, a file for each subject, and what most
 * connections never need is in `lazy`. Whatever happens to it is an event of its machine (`connection-runner.ts`).
 */
export class ConnectionActor
  extends ConnectionView
  implements Connection<unknown>, MachineHost<typeof connectionMachine>, WheelTask
{
  static {
    printAsJson(this.prototype, 'Connection');
  }

  readonly id: string;
  readonly role: 'accepted' | 'dialed';
  readonly parent: ConnectionParent;
  readonly request: ConnectionRequest | undefined;
  readonly data: unknown;
  readonly inbox: Inbox;
  /** How long this process had stalled when the connection was made, in ms. */
  readonly stalledBefore: number;
  wire: Wire | undefined = undefined;
  machineState: MachineHost<typeof connectionMachine>['machineState'];
  isStepping = false;
  isHandlerRunning = false;
  /** When it opened, in whole monotonic ms: a Unix time takes more memory, and jumps when the clock is set. */
  openedNow: number | undefined = undefined;
  /** The Ping that awaits its answer. */
  probe: Probe | undefined = undefined;
  /** Where it waits for its next liveness check. */
  wheelSlot: WheelSlot | undefined = undefined;
  lazyIfMade: LazyParts | undefined = undefined;

  constructor({ id, parent, role, wire, epoch, request, data, identity }: ConnectionParts) {
    super();
    this.id = id;
    this.role = role;
    this.parent = parent;
    this.request = request;
    this.data = data;
    this.inbox = new Inbox(this);
    this.stalledBefore = parent.services.wheel.stalledMs;
    this.machineState = role === 'accepted' ? OPEN : CONNECTING;
    if (epoch !== undefined) this.lazy.epoch = epoch;
    if (identity !== undefined) this.lazy.identity = identity;
    parent.services.stateChanged(role, undefined, role === 'accepted' ? 'open' : 'connecting');
    if (wire !== undefined) this.adopt(wire);
  }

  /** Starts the handler of an accepted connection, the open deadline of a dialed one. */
  start(): void {
    if (this.role === 'accepted') opened(this);
    else connectionRunner.start(this);
  }

  adopt(wire: Wire): void {
    this.wire = wire;
    receiveFrom(wire, this, heartbeatOf(this, wire));
    this.lazyIfMade?.controlFrames?.attach(wire);
  }

  /** Gives an event to the machine, which takes one at a time, in order. */
  dispatch(event: ConnectionEvent): void {
    dispatch(this, event);
  }

  /** Starts the closing handshake, or calls a dial off. */
  closeFor(trigger: CloseTrigger, code: number, reason: string): void {
    this.dispatch({ type: 'close', code, reason, trigger });
  }

  terminateFor(trigger: Extract<ConnectionEvent, { type: 'terminate' }>['trigger']): void {
    // After a fault the machine has decided already, and the wire is given time to end: that time is cut short.
    if (this.machineState.isFinal && this.report === undefined) this.wire?.terminate();
    else this.dispatch({ type: 'terminate', trigger });
  }

  /** What most connections never need, made if it is not there yet. */
  get lazy(): LazyParts {
    this.lazyIfMade ??= new LazyParts();
    return this.lazyIfMade;
  }

  /** Events that came while the machine was taking another one: few connections ever have any. */
  get mail(): ConnectionEvent[] | undefined {
    return this.lazyIfMade?.mail;
  }
  set mail(mail: ConnectionEvent[] | undefined) {
    this.lazy.mail = mail;
  }

  get state(): ConnectionState {
    return this.machineState.name;
  }
  get isOpen(): boolean {
    return this.machineState === OPEN;
  }
  get signal(): AbortSignal {
    return signalOf(this);
  }
  get drainSignal(): AbortSignal {
    return drainSignalOf(this);
  }
  get frames$(): Observable<Frame> {
    return this.inbox.frames$;
  }
  get controlFrames$(): Observable<ControlFrame> {
    return controlFramesOf(this);
  }
  get closeReceived(): Promise<CloseFrame | undefined> {
    return closeReceivedOf(this);
  }
  pause(): void {
    pause(this);
  }
  resume(): void {
    resume(this);
  }
  discardFrames(): void {
    this.inbox.drop();
  }
  /** Drops frames beyond a bound instead of pausing the socket: no handler reads them, and others may never. */
  dropUnread(): void {
    this.inbox.dropUnread();
  }
  receive(options?: WaitOptions): Promise<Frame | undefined> {
    return this.inbox.receive(options);
  }
  [Symbol.asyncIterator](): AsyncIterableIterator<Frame> {
    return this.inbox;
  }

  send(data: Sendable): SendResult {
    return send(this, data);
  }
  sendAndWait(data: Sendable, options?: WaitOptions): Promise<void> {
    return sendAndWait(this, data, options);
  }
  writable(options?: WaitOptions): Promise<void> {
    return writable(this, options);
  }
  ping(options?: PingOptions): Promise<number> {
    return ping(this, options);
  }
  pong(payload?: string | Uint8Array): SendResult {
    return pong(this, payload);
  }
  ready(): void {
    if (this.isOpen) this.parent.connectionReady?.(this);
  }

  close(code = 1000, reason = ''): void {
    checkOwnClose(code, reason, this.role);
    this.closeFor('close-called', code, reason);
  }
  terminate(): void {
    this.terminateFor('terminated');
  }
  fail(error: unknown): void {
    subscriberThrew(this, error);
  }
  renew(expiresAt: number | Date): void {
    const at = expiryOf(expiresAt, 'renew: expiresAt');
    if (this.isOpen) openDeadlinesOf(this).expireAt(at);
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.closed;
  }
  toJSON(): ConnectionSnapshot {
    return snapshotOf(this);
  }

  /** The connection is its own task on the wheel. */
  onDue(now: number): void {
    livenessDue(this, now);
  }
  handlerReturned(result: HandlerResult): void {
    handlerReturned(this, result);
  }
  handlerThrew(error: unknown): void {
    handlerThrew(this, error);
  }
  subscriberThrew(error: unknown): void {
    subscriberThrew(this, error);
  }
  /** Stops reading the socket because frames wait for the handler (`true`), or goes on. */
  holdSocket(isHeld: boolean): void {
    holdSocket(this, isHeld);
  }

  framesWait(bytes: number): void {
    if (bytes > COUNTED_FROM) this.parent.services.holdings.note(this);
  }

  /** The handler has dealt with all frames that waited, or takes none. */
  allRead(): void {
    if (this.lazyIfMade?.interruptsOnceRead === true && this.inbox.isRead) interrupt(this);
  }
}
