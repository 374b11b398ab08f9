import { isUtf8 } from 'node:buffer';
import type { CloseFrame, Unconfirmed } from '../transport/close-report.js';
import { DataFrame, type PreparedFrame } from '../transport/frame.js';
import { Soundings } from '../transport/soundings.js';
import type { Wire, WireOptions } from '../transport/transport.js';
import type { Fate, WireEnd, WireEndKind, WireFault } from '../transport/wire-fact.js';
import { WireStreams } from '../transport/wire-streams.js';
import { type Content, closePacket, messagePacket, pingPacket, type ViolationCode } from './memory-packet.js';
import { type MemorySocket, type SocketOwner, WINDOW_BYTES } from './memory-socket.js';

/** Pongs wait behind a peer that does not read only so far, as with the ws transport. */
const MAX_BACKLOG_FOR_PONGS = 64 * 1024;

const FAULTS = { 1002: 'protocol-error', 1007: 'protocol-error', 1008: 'limit', 1009: 'too-big' } as const satisfies Record<number, WireFault>;

const VIOLATIONS: Readonly<Record<ViolationCode, string>> = {
  1002: 'the peer broke the protocol',
  1007: 'the peer sent text that is not UTF-8',
  1008: 'the peer sent a message in too many fragments',
};

const NOTHING: Unconfirmed = { frames: 0, bytes: 0 };

/** One end of an in-memory WebSocket. What TCP does to it, or is to be made to do, is its `socket`. */
export class MemoryWire extends WireStreams implements Wire, SocketOwner {
  readonly role: 'accepted' | 'dialed';
  protocol = '';
  remoteAddress: string | undefined;
  framesIn = 0;
  bytesIn = 0;
  framesOut = 0;
  bytesOut = 0;
  heardAt = 0;
  isPaused = false;
  /** No frame of an in-memory wire comes in parts. */
  readonly isReceiving = false;
  readonly #now: () => number;
  readonly #maxPayloadBytes: number;
  #socket: MemorySocket | undefined;
  /** Made for the first Ping. */
  #soundings: Soundings | undefined;
  #sent: CloseFrame | undefined;
  #received: CloseFrame | undefined;
  #cause: Error | undefined;
  /** What is told once the handlers woken by the frames before it have had their turn. */
  #deferred: (() => void) | undefined;
  /** Whether everything that still comes is passed over. */
  #isDeaf = false;
  #hasFailed = false;
  #isTerminated = false;
  #isFinReceived = false;
  #atEnd: (() => void) | undefined;

  constructor(role: 'accepted' | 'dialed', options: WireOptions, now: () => number) {
    super();
    this.role = role;
    this.#maxPayloadBytes = options.maxPayloadBytes;
    this.#now = now;
  }

  /** Its end of TCP, where a test breaks things. @throws {Error} before the wire is open. */
  get socket(): MemorySocket {
    if (this.#socket === undefined) throw new Error('a wire has no socket before it is open');
    return this.#socket;
  }

  get heldBytes(): number {
    return this.bufferedBytes;
  }

  get bufferedBytes(): number {
    return this.#socket?.outgoingBytes ?? 0;
  }

  get awaitsPong(): boolean {
    return this.#soundings?.awaitsPong === true;
  }

  get unprovenBytes(): number {
    return Math.min(this.#soundings?.unprovenBytes ?? 0, this.bufferedBytes + WINDOW_BYTES);
  }

  /** Takes over the socket of a finished opening handshake. */
  attach(socket: MemorySocket, protocol: string, remoteAddress: string): void {
    this.#socket = socket;
    this.protocol = protocol;
    this.remoteAddress = remoteAddress;
    this.heardAt = Math.floor(this.#now());
    socket.attach(this);
    if (this.isPaused) socket.pause();
  }

  send(data: string | Uint8Array, isBinary: boolean): boolean {
    if (!this.#isWritable()) return false;
    const packet = messagePacket(data, isBinary, this.role === 'dialed');
    this.framesOut += 1;
    this.bytesOut += packet.data.length;
    this.#socket?.push(packet);
    return true;
  }

  sendPrepared(prepared: PreparedFrame): boolean {
    return this.send(prepared.data, prepared.isBinary);
  }

  confirm(done: (fate: Fate) => void): void {
    if (this.#socket === undefined) done('discarded');
    else if (this.isGone) done(this.framesOut === this.#socket.left.frames ? 'written' : 'discarded');
    else this.#socket.mark(done);
  }

  ping(): void {
    if (this.#hasFailed || this.#socket === undefined) return;
    this.#soundings ??= new Soundings();
    this.#push('ping', this.#soundings.ping({ frames: this.framesOut, bytes: this.bytesOut }, this.#now()));
  }

  flush(): void {
    // What is sent leaves at the end of the tick.
  }

  discard(): Unconfirmed {
    return this.#socket?.discard() ?? NOTHING;
  }

  close(code: number, reason: string): void {
    if (!this.#isWritable()) return;
    this.#sendClose(code, reason);
    this.#conclude();
  }

  end(): void {
    if (this.#socket === undefined || this.isGone) return;
    this.#hasFailed = true;
    this.#isDeaf = true;
    this.#socket.resume();
    this.#socket.end();
  }

  terminate(): void {
    this.#isTerminated = true;
    this.#socket?.destroy();
  }

  pause(): void {
    this.isPaused = true;
    this.#socket?.pause();
  }

  resume(): void {
    this.isPaused = false;
    this.#socket?.resume();
  }

  onRead(): void {
    this.heardAt = Math.floor(this.#now());
  }

  onContent(content: Content): void {
    if (this.#isDeaf) return;
    switch (content.kind) {
      case 'message':
        this.#onMessage(content.data, content.isBinary);
        return;
      case 'close':
        this.#onCloseFrame({ code: content.code, reason: content.reason });
        return;
      case 'ping':
        if (this.bufferedBytes <= MAX_BACKLOG_FOR_PONGS) this.#push('pong', content.payload);
        return;
      case 'pong':
        this.#soundings?.pong(content.payload);
        return;
      case 'violation':
        this.#fault(content.code, VIOLATIONS[content.code]);
    }
  }

  onEnd(): void {
    this.#isFinReceived = true;
    if (this.#received !== undefined) {
      this.#conclude();
    } else if (!this.#isDeaf) {
      this.#isDeaf = true;
      this.#defer(() => this.#fail('socket-ended', new Error('TCP was ended by the peer without a Close frame'), undefined));
    }
  }

  onDrained(): void {
    this.drained?.next();
  }

  onClose(error: Error | undefined): void {
    this.#cause ??= error;
    const left = this.#socket?.left ?? NOTHING;
    const unwritten = { frames: this.framesOut - left.frames, bytes: this.bytesOut - left.bytes };
    // What is still to be told comes first, and may name a Close that was sent.
    this.#tellDeferred();
    const kind = this.#endKind();
    const read = this.#soundings?.proven ?? NOTHING;
    this.gone({
      kind,
      ...(this.#sent === undefined ? {} : { sent: this.#sent }),
      ...(this.#received === undefined ? {} : { received: this.#received }),
      ...(this.#cause === undefined ? {} : { cause: this.#cause }),
      // A peer that has answered our Close, or waits for it, reads what precedes it.
      unconfirmed: kind === 'closed' ? unwritten : { frames: this.framesOut - read.frames, bytes: this.bytesOut - read.bytes },
      // What has not left never does: here nobody is in doubt.
      ...(unwritten.frames === 0 ? {} : { unwritten, discarded: unwritten }),
    });
  }

  /** Calls `done` when the wire has ended, before it says so. */
  onGone(done: () => void): void {
    this.#atEnd = done;
  }

  protected gone(end: WireEnd): void {
    if (this.isGone) return;
    this.#atEnd?.();
    this.publishEnd(end);
  }

  /** Whether data may be sent: also between the peer's Close and our own (RFC 6455 section 5.5.1). */
  #isWritable(): boolean {
    return this.#socket !== undefined && this.#sent === undefined && !this.#hasFailed && !this.#isTerminated && !this.isGone;
  }

  #onMessage(data: Buffer, isBinary: boolean): void {
    if (data.length > this.#maxPayloadBytes) {
      this.#fault(1009, `the peer sent a message of ${data.length} bytes, more than ${this.#maxPayloadBytes}`);
    } else if (!isBinary && !isUtf8(data)) {
      this.#fault(1007, VIOLATIONS[1007]);
    } else {
      this.framesIn += 1;
      this.bytesIn += data.length;
      this.tellFrame(new DataFrame(data, isBinary));
    }
  }

  #onCloseFrame(received: CloseFrame): void {
    this.#isDeaf = true;
    this.#received = received;
    this.#defer(() => {
      this.tellFact({ type: 'wire.closing', received });
      this.#conclude();
    });
  }

  #fault(code: keyof typeof FAULTS, message: string): void {
    this.#isDeaf = true;
    this.#defer(() => this.#fail(FAULTS[code], new Error(message), { code, reason: '' }));
  }

  /** RFC 6455 section 7.1.7. Only a peer that is still there is told. */
  #fail(fault: WireFault, cause: Error, answer: CloseFrame | undefined): void {
    if (this.#hasFailed) return;
    const sent = this.#sent === undefined ? answer : undefined;
    if (sent !== undefined) this.#sendClose(sent.code, sent.reason);
    this.#hasFailed = true;
    this.tellFact({ type: 'wire.failed', fault, cause, ...(sent === undefined ? {} : { sent }) });
  }

  #push(kind: 'ping' | 'pong', payload: Buffer): void {
    this.#socket?.push(pingPacket(kind, payload, this.role === 'dialed'));
  }

  #sendClose(code: number, reason: string): void {
    this.#sent = { code, reason };
    this.#socket?.push(closePacket(code, reason, this.role === 'dialed'));
  }

  /** Ends TCP when both Close frames crossed: the server at once, the client when the server has (section 7.1.1). */
  #conclude(): void {
    if (this.#sent === undefined || this.#received === undefined || this.#deferred !== undefined) return;
    if (this.role === 'accepted' || this.#isFinReceived) this.#socket?.end();
  }

  /** Handlers that wait for a frame wake in microtasks: what they answer at once is to be sent before our own Close. */
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
}
