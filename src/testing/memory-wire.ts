import { isUtf8 } from 'node:buffer';
import type { CloseFrame, Unconfirmed } from '../transport/close-report.js';
import { DataFrame, type PreparedFrame } from '../transport/frame.js';
import { NumberedPings, type PingDone } from '../transport/numbered-pings.js';
import { ClosingHandshake, type ClosingWire } from '../transport/protocol/closing-handshake.js';
import { ReadMeter } from '../transport/protocol/read-meter.js';
import type { Wire, WireOptions } from '../transport/transport.js';
import type { Fate, WireEnd } from '../transport/wire-fact.js';
import { WireStreams } from '../transport/wire-streams.js';
import { WINDOW_BYTES } from './memory-incoming.js';
import { type Content, closePacket, FAULTS, messagePacket, pingPacket, VIOLATIONS } from './memory-packet.js';
import type { MemorySocket, SocketOwner } from './memory-socket.js';

/** Pongs wait behind a peer that does not read only so far, as with the ws transport. */
const MAX_BACKLOG_FOR_PONGS = 64 * 1024;

const NOTHING: Unconfirmed = { frames: 0, bytes: 0 };

/** One end of an in-memory WebSocket. What TCP does to it, or is to be made to do, is its `socket`. */
export class MemoryWire extends WireStreams implements Wire, ClosingWire, SocketOwner {
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
  readonly reading: ReadMeter;
  readonly #now: () => number;
  readonly #maxPayloadBytes: number;
  #socket: MemorySocket | undefined;
  /** Made for the first Ping. */
  #pings: NumberedPings | undefined;
  readonly #closing: ClosingHandshake;
  /** Whether everything that still comes is passed over. */
  #isDeaf = false;
  #atEnd: (() => void) | undefined;

  constructor(role: 'accepted' | 'dialed', options: WireOptions, now: () => number) {
    super();
    this.role = role;
    this.#maxPayloadBytes = options.maxPayloadBytes;
    this.reading = new ReadMeter(options.allowance);
    this.#now = now;
    this.#closing = new ClosingHandshake(this);
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
    return this.#pings?.awaitsPong === true;
  }
  get latencyMs(): number | undefined {
    return this.#pings?.latencyMs;
  }
  get unprovenBytes(): number {
    return Math.min(this.#pings?.unprovenBytes ?? 0, this.bufferedBytes + WINDOW_BYTES);
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
    else if (this.isGone) done(this.framesOut === this.#socket.sent.frames ? 'written' : 'discarded');
    else this.#socket.mark(done);
  }

  ping(done?: PingDone): void {
    if (this.#closing.hasFailed || this.#socket === undefined || this.isGone) {
      done?.(undefined);
      return;
    }
    this.#pings ??= new NumberedPings();
    this.#push('ping', this.#pings.ping({ frames: this.framesOut, bytes: this.bytesOut }, this.#now(), done));
  }

  flush(): void {
    // What is sent leaves at the end of the tick.
  }

  discard(): Unconfirmed {
    return this.#socket?.discard() ?? NOTHING;
  }

  close(code: number, reason: string): void {
    if (this.#isWritable()) this.#closing.close({ code, reason });
  }

  end(): void {
    if (this.#socket === undefined || this.isGone) return;
    this.#closing.abandon();
    this.#isDeaf = true;
    this.#socket.resume();
    this.#socket.end();
  }

  terminate(): void {
    this.#closing.terminated();
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
        this.#measure(content.data.length);
        return;
      case 'close':
        this.#onCloseFrame({ code: content.code, reason: content.reason });
        return;
      case 'ping':
        if (this.bufferedBytes <= MAX_BACKLOG_FOR_PONGS) this.#push('pong', content.payload);
        this.#measure(content.payload.length);
        return;
      case 'pong':
        this.#pings?.pong(content.payload, this.#now());
        this.#measure(content.payload.length);
        return;
      case 'violation':
        this.#fault(content.code, VIOLATIONS[content.code]);
    }
  }

  onEnd(): void {
    this.#isDeaf = true;
    this.#closing.finReceived();
    this.#closing.allDelivered();
  }

  onDrained(): void {
    this.drained?.next();
  }

  onClose(error: Error | undefined): void {
    if (error !== undefined) this.#closing.socketFailed(error);
    const sent = this.#socket?.sent ?? NOTHING;
    const read = this.#pings?.proven ?? NOTHING;
    const unwritten = { frames: this.framesOut - sent.frames, bytes: this.bytesOut - sent.bytes };
    const unconfirmed = { frames: this.framesOut - read.frames, bytes: this.bytesOut - read.bytes };
    // A socket in memory knows what it has sent: what was not sent never will be.
    const isCloseTaken = this.#socket?.isCloseSent === true;
    this.gone(this.#closing.end({ unconfirmed, unwritten, discarded: unwritten, isCloseTaken }));
  }

  writeClose({ code, reason }: CloseFrame): void {
    this.#socket?.push(closePacket(code, reason, this.role === 'dialed'));
  }

  endSocket(): void {
    this.#socket?.end();
  }

  /** Calls `done` when the wire has ended, before it says so. */
  onGone(done: () => void): void {
    this.#atEnd = done;
  }

  protected gone(end: WireEnd): void {
    if (this.isGone) return;
    this.#atEnd?.();
    this.#pings?.giveUp();
    this.publishEnd(end);
  }

  /** Whether data may be sent: also between the peer's Close and our own (RFC 6455 section 5.5.1). */
  #isWritable(): boolean {
    return this.#socket !== undefined && this.#closing.takesData && !this.isGone;
  }

  #onMessage(data: Buffer, isBinary: boolean): void {
    if (data.length > this.#maxPayloadBytes) {
      this.#fault(1009, `the peer sent a message of ${data.length} bytes, more than ${this.#maxPayloadBytes}`);
    } else if (!isBinary && !isUtf8(data)) {
      this.#fault(1007, VIOLATIONS[1007]);
    } else {
      this.framesIn += 1;
      this.bytesIn += data.length;
      this.emitFrame(new DataFrame(data, isBinary));
    }
  }

  #measure(bytes: number): void {
    this.reading.arrived(bytes);
    if (!this.#isDeaf) this.reading.measured(1, 0, this);
  }

  #onCloseFrame(received: CloseFrame): void {
    this.#isDeaf = true;
    this.#closing.closeReceived(received);
  }

  #fault(code: keyof typeof FAULTS, message: string): void {
    this.#isDeaf = true;
    this.#closing.faultFound(FAULTS[code], new Error(message), code);
  }

  #push(kind: 'ping' | 'pong', payload: Buffer): void {
    this.#socket?.push(pingPacket(kind, payload, this.role === 'dialed'));
  }
}
