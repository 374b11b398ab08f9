import type { Observable } from 'rxjs';
import { checkClose } from '../transport/close-code.js';
import type { CloseReport } from '../transport/close-report.js';
import { NotSentError, OptionError } from '../transport/errors.js';
import type { Frame, Sendable } from '../transport/frame.js';
import type { Connection, ConnectionRequest, ConnectionSnapshot, SendResult, WaitOptions } from './connection.js';
import type { ConnectionParts } from './connection-base.js';
import { ConnectionCore } from './connection-core.js';
import { Interruption } from './interruption.js';
import type { Leavable } from './leavable.js';
import { sendOn, sizeOf, Writability } from './outbound.js';
import { Vigil } from './vigil.js';
import { within } from './within.js';

/** A promise of the report, for those who asked for it. */
interface Closed {
  readonly promise: Promise<CloseReport>;
  readonly resolve: (report: CloseReport) => void;
}

/** One connection as users see it. What is there for the asking only is made when it is asked for. */
export class ConnectionActor extends ConnectionCore implements Connection<unknown> {
  readonly request: ConnectionRequest | undefined;
  readonly data: unknown;
  #closed: Closed | undefined;
  #drainAnnouncement: AbortController | undefined;
  #places: Set<Leavable> | undefined;
  #writability: Writability | undefined;

  constructor(parts: ConnectionParts & { readonly request?: ConnectionRequest | undefined; readonly data?: unknown }) {
    super(parts);
    this.request = parts.request;
    this.data = parts.data;
  }

  get childId(): string {
    return this.home.childId;
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
    if (this.#closed === undefined) {
      let resolve: Closed['resolve'] = () => {};
      const promise = new Promise<CloseReport>((settle) => {
        resolve = settle;
      });
      this.#closed = { promise, resolve };
      if (this.ownReport !== undefined) resolve(this.ownReport);
    }
    return this.#closed.promise;
  }

  get signal(): AbortSignal {
    this.interruption ??= new Interruption();
    return this.interruption.signal;
  }

  get drainSignal(): AbortSignal {
    this.#drainAnnouncement ??= new AbortController();
    return this.#drainAnnouncement.signal;
  }

  get frames$(): Observable<Frame> {
    return this.inbox.frames$;
  }

  discardFrames(): void {
    this.inbox.drop();
  }

  receive(options?: WaitOptions): Promise<Frame | undefined> {
    return this.inbox.receive(options);
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Frame> {
    return this.inbox[Symbol.asyncIterator]();
  }

  send(data: Sendable): SendResult {
    const bytes = sizeOf(data);
    const { wire } = this;
    if (wire === undefined || !this.isOpen) return 'closed';
    const { limits, shared } = this.home;
    const waiting = wire.bufferedBytes + bytes;
    // A message that is larger than the bound by itself may go when nothing else waits.
    if (waiting > limits.maxBufferedBytes && waiting > bytes) return this.#refuseSlowPeer();
    const bytesBefore = wire.bytesOut;
    if (!sendOn(wire, data)) return 'closed';
    shared.totals.framesOut += 1;
    shared.totals.bytesOut += wire.bytesOut - bytesBefore;
    return waiting > limits.highWaterMark ? 'backpressure' : 'taken';
  }

  async sendAndWait(data: Sendable, { signal, withinMs }: WaitOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    const result = this.send(data);
    if (result === 'closed') throw new NotSentError('closed', `connection ${this.id} is ${this.state}: the message was not taken.`);
    if (result === 'dropped') throw new NotSentError('dropped', `connection ${this.id} has too much waiting for its peer: the message was dropped.`);
    const left = new Promise<void>((resolve, reject) => {
      this.wire?.confirm((written) => {
        if (written) resolve();
        else reject(this.#lost());
      });
    });
    await within(
      left,
      { signal, withinMs },
      this.wheel,
      () => `sendAndWait: the message was not handed to the kernel within ${withinMs} ms; it is still on its way.`,
    );
  }

  async writable(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const { wire } = this;
    if (wire === undefined || !this.isOpen || wire.bufferedBytes <= this.home.limits.highWaterMark) return;
    this.#writability ??= new Writability(wire);
    const { released, leave } = this.#writability.wait();
    try {
      await within(released, { signal }, this.wheel, () => '');
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
    const at = Number(expiresAt);
    if (Number.isNaN(at)) throw new OptionError(`renew: ${String(expiresAt)} is not a time; allowed are Unix milliseconds and a Date.`);
    if (!this.isOpen) return;
    this.vigil ??= new Vigil(this, this.wheel);
    this.vigil.expireAfter(at - this.home.shared.clock.wallNow());
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
      openedAt: this.openAt === 0 ? undefined : this.openAt,
      framesIn: wire?.framesIn ?? 0,
      framesOut: wire?.framesOut ?? 0,
      bytesIn: wire?.bytesIn ?? 0,
      bytesOut: wire?.bytesOut ?? 0,
      bufferedBytes,
    };
  }

  /** Has a group or the like told when this connection closes; `false` if it is not open. */
  enter(place: Leavable): boolean {
    if (!this.isOpen) return false;
    this.#places ??= new Set();
    this.#places.add(place);
    return true;
  }

  /** Forgets a group. */
  forget(place: Leavable): void {
    this.#places?.delete(place);
  }

  /** Announces a drain to the handler. */
  announceDrain(): void {
    this.#drainAnnouncement ??= new AbortController();
    this.#drainAnnouncement.abort();
  }

  protected override get self(): this {
    return this;
  }

  protected override leaveOpen(): void {
    for (const place of this.#places ?? []) place.leave(this);
    this.#places = undefined;
    this.#writability?.release();
  }

  protected override publishReport(report: CloseReport): void {
    this.#closed?.resolve(report);
  }

  /** The slow-peer policy: a Close gets out only past what waits, so the queue is discarded first. */
  #refuseSlowPeer(): SendResult {
    if (this.home.limits.slowPeer === 'close') {
      this.wire?.discard();
      this.closeFor('slow-peer', 1013, 'peer reads too slowly');
    }
    return 'dropped';
  }

  #lost(): NotSentError {
    if (this.beginning?.trigger === 'slow-peer' || this.isOpen) {
      return new NotSentError('discarded', `the peer of connection ${this.id} reads too slowly: the message was discarded.`);
    }
    return new NotSentError('unknown', `connection ${this.id} ended before the message was known to have left.`);
  }
}
