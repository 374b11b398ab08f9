import type { Duplex } from 'node:stream';
import type { CloseFrame, Unconfirmed } from '../close-report.js';
import type { PreparedFrame } from '../frame.js';
import type { Wire, WireOptions } from '../transport.js';
import type { WireEnd, WireEndKind, WireFault } from '../wire-fact.js';
import { WireStreams } from '../wire-streams.js';
import { Deflating } from './deflating.js';
import { FrameReader, type ReaderSink } from './frame-reader.js';
import { BINARY, CLOSE, closePayload, frameOf, PING, PONG, TEXT } from './framing.js';
import { Outbox } from './outbox.js';
import { closeCodeOf, type Handshaken } from './ws.js';

/** Where a socket finds its wire: shared listeners instead of closures for each connection. */
const kWire = Symbol('wire');

type Owned = Duplex & { [kWire]?: WsWire | undefined };

/** Pongs waiting behind a peer that does not read, beyond which only its latest Ping is answered (RFC 6455 section 5.5.3). */
const MAX_BACKLOG_FOR_PONGS = 64 * 1024;

const FAULTS = { 1002: 'protocol-error', 1007: 'protocol-error', 1008: 'limit', 1009: 'too-big' } as const satisfies Record<number, WireFault>;

const NO_BYTES = Buffer.alloc(0);

/** An unmasked Ping without payload. */
const PING_FRAME = frameOf(PING, NO_BYTES, false);

/** One WebSocket on a stream: ws has made the handshake, and everything from there to the socket's end is done here. */
export class WsWire extends WireStreams implements Wire, ReaderSink {
  readonly role: 'accepted' | 'dialed';
  protocol = '';
  remoteAddress: string | undefined;
  framesIn = 0;
  bytesIn = 0;
  framesOut = 0;
  bytesOut = 0;
  heardAt = 0;
  isPaused = false;
  readonly #now: () => number;
  readonly #options: WireOptions;
  #socket: Owned | undefined;
  #reader: FrameReader | undefined;
  #outbox: Outbox | undefined;
  #deflating: Deflating | undefined;
  #sent: CloseFrame | undefined;
  #received: CloseFrame | undefined;
  #cause: Error | undefined;
  /** What is told once the handlers woken by the frames before it have had their turn. */
  #deferred: (() => void) | undefined;
  #hasFailed = false;
  #isTerminated = false;
  #isFinReceived = false;
  #isCongested = false;

  constructor(role: 'accepted' | 'dialed', options: WireOptions, now: () => number) {
    super();
    this.role = role;
    this.#options = options;
    this.#now = now;
  }

  get bufferedBytes(): number {
    return (this.#outbox?.bufferedBytes ?? 0) + (this.#deflating?.waitingBytes ?? 0);
  }

  /** Takes over the socket of a finished opening handshake. */
  attach({ socket, head, protocol, deflate }: Handshaken, remoteAddress: string | undefined): void {
    const owned: Owned = socket;
    this.#socket = owned;
    this.protocol = protocol;
    this.remoteAddress = remoteAddress;
    this.heardAt = this.#now();
    this.#reader = new FrameReader(this, this.role === 'accepted', this.#options, deflate);
    if (deflate !== undefined) {
      const { perMessageDeflate } = this.#options;
      this.#outbox = new Outbox(socket, this.role === 'dialed', this);
      this.#deflating = new Deflating(this.#outbox, deflate, typeof perMessageDeflate === 'object' ? perMessageDeflate.threshold : undefined);
    }
    owned[kWire] = this;
    // The peer's FIN must not end our side before what was taken has been sent.
    owned.allowHalfOpen = true;
    if ('setNoDelay' in owned && typeof owned.setNoDelay === 'function') owned.setNoDelay(true);
    if ('setTimeout' in owned && typeof owned.setTimeout === 'function') owned.setTimeout(0);
    if (head.length > 0) owned.unshift(head);
    owned.on('error', WsWire.#onError);
    owned.on('close', WsWire.#onClose);
    owned.on('end', WsWire.#onEnd);
    owned.on('drain', WsWire.#onDrain);
    owned.on('data', WsWire.#onData);
  }

  send(data: string | Uint8Array, isBinary: boolean): boolean {
    const outbox = this.#openOutbox();
    if (outbox === undefined || !this.#isWritable()) return false;
    this.framesOut += 1;
    this.bytesOut += this.#deflating === undefined ? outbox.take(isBinary ? BINARY : TEXT, data) : this.#deflating.take(data, isBinary);
    return true;
  }

  sendPrepared(prepared: PreparedFrame): boolean {
    if (this.role === 'dialed' || this.#deflating !== undefined) return this.send(prepared.data, prepared.isBinary);
    const outbox = this.#openOutbox();
    if (outbox === undefined || !this.#isWritable()) return false;
    this.framesOut += 1;
    this.bytesOut += prepared.payloadBytes;
    outbox.takeFramed(prepared);
    return true;
  }

  confirm(done: (written: boolean) => void): void {
    if (this.#outbox === undefined) done(this.#socket !== undefined);
    else if (this.#deflating === undefined) this.#outbox.confirm(done);
    else this.#deflating.whenIdle(() => this.#outbox?.confirm(done));
  }

  ping(): void {
    if (this.isGone || this.#hasFailed) return;
    // A connection that has never sent anything needs no outbox for this.
    if (this.#outbox === undefined && this.role === 'accepted') this.#socket?.write(PING_FRAME);
    else this.#openOutbox()?.takeControl(PING, NO_BYTES);
  }

  discard(): Unconfirmed {
    const queued = this.#outbox?.discard() ?? { frames: 0, bytes: 0 };
    const waiting = this.#deflating?.discard() ?? { frames: 0, bytes: 0 };
    return { frames: queued.frames + waiting.frames, bytes: queued.bytes + waiting.bytes };
  }

  close(code: number, reason: string): void {
    if (this.#socket === undefined || !this.#isWritable()) return;
    this.#sent = { code, reason };
    if (this.#deflating === undefined) this.#sendClose(code, reason);
    else this.#deflating.whenIdle(() => this.#sendClose(code, reason));
  }

  end(): void {
    const socket = this.#socket;
    if (socket === undefined || this.isGone) return;
    this.#hasFailed = true;
    this.#reader?.stop();
    socket.resume();
    this.#finish(socket);
  }

  terminate(): void {
    this.#isTerminated = true;
    this.#reader?.stop();
    this.#socket?.destroy();
  }

  pause(): void {
    if (this.isPaused) return;
    this.isPaused = true;
    this.#reader?.pause();
    this.#socket?.pause();
  }

  resume(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.#reader?.resume();
    if (!this.isPaused && !this.#isCongested) this.#socket?.resume();
  }

  onFrame(data: Buffer, isBinary: boolean): void {
    this.framesIn += 1;
    this.bytesIn += data.length;
    this.frames.next({ data, isBinary });
  }

  onPing(payload: Buffer): void {
    const outbox = this.#openOutbox();
    if (outbox === undefined || this.#hasFailed || outbox.bufferedBytes > MAX_BACKLOG_FOR_PONGS) return;
    outbox.takeControl(PONG, payload);
  }

  onPong(): void {
    // That it came at all is what counts, and that was noted with its bytes.
  }

  onClose(code: number, reason: string): void {
    const received = { code, reason };
    this.#received = received;
    this.#defer(() => {
      this.facts.next({ type: 'wire.closing', received });
      this.#conclude();
    });
  }

  onFault(cause: Error): void {
    const code = closeCodeOf(cause);
    this.#defer(() => this.#fail(FAULTS[code], cause, code));
  }

  onCongestion(isCongested: boolean): void {
    this.#isCongested = isCongested;
    if (isCongested) this.#socket?.pause();
    else if (!this.isPaused) this.#socket?.resume();
  }

  onDrained(): void {
    if (this.#deflating === undefined || this.#deflating.waitingBytes === 0) this.drained?.next();
  }

  /** The outbox, made for the first thing that is sent. */
  #openOutbox(): Outbox | undefined {
    if (this.#outbox === undefined && this.#socket !== undefined) this.#outbox = new Outbox(this.#socket, this.role === 'dialed', this);
    return this.#outbox;
  }

  /** Whether data may be sent: also between the peer's Close and our own (RFC 6455 section 5.5.1). */
  #isWritable(): boolean {
    return this.#sent === undefined && !this.#hasFailed && !this.isGone && !this.#isTerminated;
  }

  #sendClose(code: number, reason: string): void {
    const outbox = this.#openOutbox();
    outbox?.takeControl(CLOSE, closePayload(code, reason));
    outbox?.flush();
    this.#conclude();
  }

  /** Ends TCP when both Close frames crossed: the server at once, the client when the server has (section 7.1.1). */
  #conclude(): void {
    const socket = this.#socket;
    if (this.#sent === undefined || this.#received === undefined || this.#deferred !== undefined || socket === undefined) return;
    if (this.role === 'dialed' && !this.#isFinReceived) {
      this.#outbox?.flush();
      return;
    }
    this.#finish(socket);
  }

  /** Ends TCP behind what was taken. */
  #finish(socket: Owned): void {
    this.#openOutbox()?.flushThen(() => {
      if (!socket.writableEnded) socket.end();
    });
  }

  /** RFC 6455 section 7.1.7. Only a peer that is still there is told. */
  #fail(fault: WireFault, cause: Error, code: number | undefined): void {
    if (this.#hasFailed) return;
    let sent: CloseFrame | undefined;
    if (code !== undefined && this.#sent === undefined) {
      sent = this.#sent = { code, reason: '' };
      const outbox = this.#openOutbox();
      outbox?.takeControl(CLOSE, closePayload(code, ''));
      outbox?.flush();
    }
    this.#hasFailed = true;
    this.facts.next({ type: 'wire.failed', fault, cause, ...(sent === undefined ? {} : { sent }) });
  }

  /**
   * Handlers that wait for a frame wake in microtasks: what they answer to the frames before a Close, a fault, or a FIN
   * is to be sent before ours.
   */
  #defer(tell: () => void): void {
    this.#deferred = tell;
    queueMicrotask(() => process.nextTick(() => this.#tellDeferred()));
  }

  #tellDeferred(): void {
    const tell = this.#deferred;
    this.#deferred = undefined;
    tell?.();
  }

  #endKind(): WireEndKind {
    if (this.#sent !== undefined && this.#received !== undefined) return 'closed';
    if (this.#isTerminated) return 'terminated';
    return this.#cause === undefined || this.#isFinReceived ? 'socket-ended' : 'socket-error';
  }

  /** Publishes the end, after whatever was still to be told. */
  protected gone(end: WireEnd): void {
    if (this.isGone) return;
    this.#tellDeferred();
    this.#reader?.stop();
    this.#deflating?.end();
    this.#outbox?.end();
    this.publishEnd(end);
  }

  static #onData(this: Owned, chunk: Buffer): void {
    const wire = this[kWire];
    if (wire === undefined) return;
    wire.heardAt = wire.#now();
    wire.#reader?.read(chunk);
  }

  static #onDrain(this: Owned): void {
    const wire = this[kWire];
    if (wire !== undefined) wire.#outbox?.onDrain();
  }

  static #onEnd(this: Owned): void {
    const wire = this[kWire];
    if (wire === undefined) return;
    wire.#isFinReceived = true;
    if (wire.#received !== undefined) {
      wire.#conclude();
    } else if (wire.#deferred === undefined && !wire.#hasFailed) {
      wire.#reader?.stop();
      wire.#defer(() => wire.#fail('socket-ended', new Error('TCP was ended by the peer without a Close frame'), undefined));
    }
  }

  static #onError(this: Owned, error: Error): void {
    const wire = this[kWire];
    if (wire !== undefined) wire.#cause ??= error;
  }

  static #onClose(this: Owned): void {
    const wire = this[kWire];
    if (wire === undefined) return;
    this[kWire] = undefined;
    const waiting = wire.#deflating;
    const { frames, bytes } = wire.#outbox?.unconfirmed ?? { frames: 0, bytes: 0 };
    wire.#tellDeferred();
    wire.gone({
      kind: wire.#endKind(),
      ...(wire.#sent === undefined ? {} : { sent: wire.#sent }),
      ...(wire.#received === undefined ? {} : { received: wire.#received }),
      ...(wire.#cause === undefined ? {} : { cause: wire.#cause }),
      unconfirmed: { frames: frames + (waiting?.waitingFrames ?? 0), bytes: bytes + (waiting?.waitingBytes ?? 0) },
    });
  }
}
