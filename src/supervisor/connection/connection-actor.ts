import type { Observable } from 'rxjs';
import { checkClose } from '../../transport/close-code.js';
import type { CloseReport, CloseTrigger } from '../../transport/close-report.js';
import { NotSentError } from '../../transport/errors.js';
import type { Frame, Sendable } from '../../transport/frame.js';
import { guardedController } from '../../transport/guarded-signal.js';
import { printAsJson } from '../../transport/print-as-json.js';
import type { Wire } from '../../transport/transport.js';
import type { Connection, ConnectionRequest, ConnectionSnapshot, SendResult, WaitOptions } from '../api/connection.js';
import { resolveWait } from '../options/resolve-wait.js';
import { within } from '../time/within.js';
import type { ConnectionParts } from './connection-base.js';
import { ConnectionCore } from './connection-core.js';
import { expiryOf } from './expiry.js';
import type { Membership } from './membership.js';
import { BURST_SHARE, Burst, isOver, sendOn, sizeOf, Writability } from './outbound.js';

/**
 * Stands for the announcement of a drain where nobody has asked for the signal: 100,000 connections cost no
 * controllers.
 */
const ANNOUNCED = new AbortController();
ANNOUNCED.abort();

/** One connection as users see it. What is there for the asking only is made when it is asked for. */
export class ConnectionActor extends ConnectionCore implements Connection<unknown> {
  static {
    printAsJson(this.prototype, 'Connection');
  }

  readonly request: ConnectionRequest | undefined;
  readonly data: unknown;

  constructor(parts: ConnectionParts & { readonly request?: ConnectionRequest | undefined; readonly data?: unknown }) {
    super(parts);
    this.request = parts.request;
    this.data = parts.data;
  }

  get childId(): string {
    return this.parent.childId;
  }

  get protocol(): string {
    return this.wire?.protocol ?? '';
  }

  get remoteAddress(): string | undefined {
    return this.wire?.remoteAddress;
  }

  get bufferedBytes(): number {
    return this.wire?.bufferedBytes ?? 0;
  }

  get report(): CloseReport | undefined {
    return this.ownReport;
  }

  get closed(): Promise<CloseReport> {
    return this.lazy.closed;
  }

  /** What began its ending; `undefined` before that. */
  get closeTrigger(): CloseTrigger | undefined {
    return this.closeCause?.trigger;
  }

  /** When its ending began, monotonic ms; `undefined` before that. */
  get endingSince(): number | undefined {
    return this.lazyIfMade?.endingSince;
  }

  get signal(): AbortSignal {
    return this.interruption.signal;
  }

  get drainSignal(): AbortSignal {
    const { lazy } = this;
    if (lazy.drainAnnouncement === undefined || lazy.drainAnnouncement === ANNOUNCED) {
      const isAnnounced = lazy.drainAnnouncement === ANNOUNCED;
      lazy.drainAnnouncement = guardedController((error) => this.subscriberThrew(error));
      if (isAnnounced) lazy.drainAnnouncement.abort();
    }
    return lazy.drainAnnouncement.signal;
  }

  /** Whether somebody waits for the announcement of a drain. */
  get awaitsDrain(): boolean {
    return this.lazy.drainAnnouncement?.signal.aborted === false;
  }

  get frames$(): Observable<Frame> {
    return this.inbox.frames$;
  }

  discardFrames(): void {
    this.inbox.drop();
  }

  receive(options?: WaitOptions): Promise<Frame | undefined> {
    return options === undefined ? this.inbox.receive() : this.receiveWithin(options);
  }

  private async receiveWithin(options: WaitOptions): Promise<Frame | undefined> {
    return this.inbox.receive(resolveWait(options, 'receive'));
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Frame> {
    return this.inbox[Symbol.asyncIterator]();
  }

  send(data: Sendable): SendResult {
    const bytes = sizeOf(data);
    const { wire } = this;
    if (wire === undefined || !this.isOpen) return 'closed';
    const { limits, services } = this.parent;
    const waiting = wire.heldBytes + bytes;
    if (waiting > limits.maxBufferedBytes / BURST_SHARE && this.isTooMuch(wire, bytes)) return this.refuseSlowPeer();
    const bytesBefore = wire.bytesOut;
    if (!sendOn(wire, data)) return 'closed';
    services.totals.framesOut += 1;
    services.totals.bytesOut += wire.bytesOut - bytesBefore;
    return waiting > limits.highWaterMark ? 'backpressure' : 'taken';
  }

  async sendAndWait(data: Sendable, options?: WaitOptions): Promise<void> {
    const { signal, withinMs }: WaitOptions = options === undefined ? {} : resolveWait(options, 'sendAndWait');
    signal?.throwIfAborted();
    const result = this.send(data);
    if (result === 'closed')
      throw new NotSentError('closed', `connection ${this.id} is ${this.state}: the message was not taken.`);
    if (result === 'dropped')
      throw new NotSentError(
        'dropped',
        `connection ${this.id} has too much waiting for its peer: the message was dropped.`,
      );
    const left = new Promise<void>((resolve, reject) => {
      this.wire?.confirm((fate) => {
        if (fate === 'written') resolve();
        else reject(this.lost(fate));
      });
    });
    await within(
      left,
      { signal, withinMs },
      this.wheel,
      () => `sendAndWait: the message was not handed to the kernel within ${withinMs} ms; it is still on its way.`,
    );
  }

  async writable(options?: WaitOptions): Promise<void> {
    const { signal, withinMs }: WaitOptions = options === undefined ? {} : resolveWait(options, 'writable');
    signal?.throwIfAborted();
    const { wire } = this;
    if (wire === undefined || !this.isOpen || wire.heldBytes <= this.parent.limits.highWaterMark) return;
    this.lazy.writability ??= new Writability(wire);
    const { released, leave } = this.lazy.writability.wait();
    try {
      await within(
        released,
        { signal, withinMs },
        this.wheel,
        () => `writable: there was no room within ${withinMs} ms; what waits is still on its way.`,
      );
    } finally {
      leave();
    }
  }

  close(code = 1000, reason = ''): void {
    checkClose(code, reason, this.role);
    this.closeFor('close-called', code, reason);
  }

  terminate(): void {
    this.terminateFor('terminated');
  }

  renew(expiresAt: number | Date): void {
    const at = expiryOf(expiresAt, 'renew: expiresAt');
    if (!this.isOpen) return;
    this.openDeadlines.expireAt(at);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.closed;
  }

  toJSON(): ConnectionSnapshot {
    const { id, childId, epoch, role, state, protocol, remoteAddress, bufferedBytes, wire } = this;
    return {
      id,
      childId,
      epoch,
      role,
      state,
      protocol,
      remoteAddress,
      openedAt: this.openedAt,
      framesIn: wire?.framesIn ?? 0,
      framesOut: wire?.framesOut ?? 0,
      bytesIn: wire?.bytesIn ?? 0,
      bytesOut: wire?.bytesOut ?? 0,
      bufferedBytes,
    };
  }

  /** Has a group or the like told when this connection closes; `false` if it is not open. */
  join(group: Membership): boolean {
    if (!this.isOpen) return false;
    this.lazy.groups ??= new Set();
    this.lazy.groups.add(group);
    return true;
  }

  /** Forgets a group. */
  leave(group: Membership): void {
    this.lazy.groups?.delete(group);
  }

  /** Announces a drain to the handler. */
  announceDrain(): void {
    const { lazy } = this;
    if (lazy.drainAnnouncement === undefined) lazy.drainAnnouncement = ANNOUNCED;
    else lazy.drainAnnouncement.abort();
  }

  protected override get self(): this {
    return this;
  }

  protected override leaveOpen(): void {
    const { groups, writability } = this.lazy;
    for (const group of groups ?? []) group.leave(this);
    this.lazy.groups = undefined;
    writability?.release();
  }

  protected override publishReport(report: CloseReport): void {
    this.lazy.publish(report);
  }

  /**
   * Whether one more message of so many bytes is more than may wait for the peer. What was sent in this turn of the
   * loop it can hardly have taken: where little waited before, that may be as much again.
   */
  private isTooMuch(wire: Wire, bytes: number): boolean {
    const { maxBufferedBytes } = this.parent.limits;
    this.lazy.burst ??= Burst.begin(this.lazy, wire, maxBufferedBytes);
    if (!isOver(wire, bytes, maxBufferedBytes)) return false;
    wire.flush();
    return isOver(wire, bytes, maxBufferedBytes + this.lazy.burst.allowedBytes(wire, maxBufferedBytes));
  }

  /** The slow-peer policy: a Close gets out only past what waits, so the queue is discarded first. */
  private refuseSlowPeer(): SendResult {
    this.parent.services.totals.framesDropped += 1;
    if (this.parent.limits.slowPeer === 'close') {
      this.wire?.discard();
      this.closeFor('slow-peer', 1013, 'peer reads too slowly');
    }
    return 'dropped';
  }

  private lost(fate: 'discarded' | 'unknown'): NotSentError {
    if (fate === 'unknown')
      return new NotSentError('unknown', `connection ${this.id} ended before the message was known to have left.`);
    const why = this.closeCause?.trigger === 'slow-peer' ? 'its peer reads too slowly' : 'it ended first';
    return new NotSentError('discarded', `a message of connection ${this.id} was discarded: ${why}.`);
  }
}
