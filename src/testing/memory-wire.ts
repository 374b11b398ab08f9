import { isUtf8 } from 'node:buffer';
import type { CloseFrame, Unconfirmed } from '../transport/close-report.js';
import { DataFrame, type PreparedFrame } from '../transport/frame.js';
import { NumberedPings, type PingDone } from '../transport/numbered-pings.js';
import { ClosingHandshake, type ClosingWire } from '../transport/protocol/closing-handshake.js';
import type { Wire, WireOptions } from '../transport/transport.js';
import type { Fate, WireEnd } from '../transport/wire-fact.js';
import { type Content, closePacket, FAULTS, messagePacket, pingPacket, VIOLATIONS } from './memory-packet.js';
import type { MemorySocket, SocketOwner } from './memory-socket.js';
import { MemoryWireState } from './memory-wire-state.js';

/** Pongs wait behind a peer that does not read only so far, as with the ws transport. */
const MAX_BACKLOG_FOR_PONGS = 64 * 1024;

const NOTHING: Unconfirmed = { frames: 0, bytes: 0 };

/** What the opening handshake has agreed on; empty for nothing. */
export interface Agreed {
  readonly protocol: string;
  readonly extensions: string;
}

/** One end of an in-memory WebSocket. What TCP does to it, or is to be made to do, is its `socket`. */
export class MemoryWire extends MemoryWireState implements Wire, ClosingWire, SocketOwner {
  readonly #now: () => number;
  readonly #maxPayloadBytes: number;
  readonly #closing: ClosingHandshake;
  /** Whether everything that still comes is passed over. */
  #isDeaf = false;
  #atEnd: (() => void) | undefined;

  constructor(role: 'accepted' | 'dialed', options: WireOptions, now: () => number) {
    super(role, options);
    this.#maxPayloadBytes = options.maxPayloadBytes;
    this.#now = now;
    this.#closing = new ClosingHandshake(this);
  }

  /** Takes over the socket of a finished opening handshake. */
  attach(socket: MemorySocket, { protocol, extensions }: Agreed, remoteAddress: string): void {
    this.tcp = socket;
    this.protocol = protocol;
    this.extensions = extensions;
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
    this.tcp?.push(packet);
    return true;
  }

  sendPrepared(prepared: PreparedFrame): boolean {
    return this.send(prepared.data, prepared.isBinary);
  }

  confirm(done: (fate: Fate) => void): void {
    if (this.tcp === undefined) done('discarded');
    else if (this.isGone) done(this.framesOut === this.tcp.sent.frames ? 'written' : 'discarded');
    else this.tcp.mark(done);
  }

  ping(done?: PingDone, payload?: Buffer): void {
    if (this.#closing.hasFailed || this.tcp === undefined || this.isGone) {
      done?.(undefined);
      return;
    }
    this.pings ??= new NumberedPings();
    this.#push('ping', this.pings.ping(this.#taken, this.#now(), done, payload));
  }

  pong(payload: Buffer): void {
    if (!this.#closing.hasFailed && !this.isGone) this.#push('pong', payload);
  }

  flush(): void {
    // What is sent leaves at the end of the tick.
  }

  discard(): Unconfirmed {
    return this.tcp?.discard() ?? NOTHING;
  }

  close(code: number, reason: string): void {
    if (this.#isWritable()) this.#closing.close({ code, reason });
  }

  end(): void {
    if (this.tcp === undefined || this.isGone) return;
    this.#closing.abandon();
    this.#isDeaf = true;
    this.tcp.resume();
    this.tcp.end();
  }

  terminate(): void {
    this.#closing.terminated();
    this.tcp?.destroy();
  }

  pause(): void {
    this.isPaused = true;
    this.tcp?.pause();
  }

  resume(): void {
    this.isPaused = false;
    this.tcp?.resume();
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
        this.emitControl('ping', content.payload);
        this.#measure(content.payload.length);
        return;
      case 'pong':
        this.pings?.pong(content.payload, this.#now());
        this.emitControl('pong', content.payload);
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

  onClose(error: Error | undefined): void {
    if (error !== undefined) this.#closing.socketFailed(error);
    const sent = this.tcp?.sent ?? NOTHING;
    const read = this.pings?.proven ?? NOTHING;
    const unwritten = { frames: this.framesOut - sent.frames, bytes: this.bytesOut - sent.bytes };
    const unconfirmed = { frames: this.framesOut - read.frames, bytes: this.bytesOut - read.bytes };
    // A socket in memory knows what it has sent: what was not sent never will be.
    const isCloseTaken = this.tcp?.isCloseSent === true;
    this.gone(this.#closing.end({ unconfirmed, unwritten, discarded: unwritten, isCloseTaken }));
  }

  writeClose({ code, reason }: CloseFrame): void {
    this.tcp?.push(closePacket(code, reason, this.role === 'dialed'));
  }

  endSocket(): void {
    this.tcp?.end();
  }

  /** Calls `done` when the wire has ended, before it says so. */
  onGone(done: () => void): void {
    this.#atEnd = done;
  }

  protected gone(end: WireEnd): void {
    if (this.isGone) return;
    this.#atEnd?.();
    this.pings?.giveUp();
    this.publishEnd(end);
  }

  get #taken(): Unconfirmed {
    return { frames: this.framesOut, bytes: this.bytesOut };
  }

  /** Whether data may be sent: also between the peer's Close and our own (RFC 6455 section 5.5.1). */
  #isWritable(): boolean {
    return this.tcp !== undefined && this.#closing.takesData && !this.isGone;
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
    this.tcp?.push(pingPacket(kind, payload, this.role === 'dialed'));
  }
}
