import type { Duplex } from 'node:stream';
import type { CloseFrame, Unconfirmed } from '../close-report.js';
import { DataFrame, type PreparedFrame } from '../frame.js';
import type { PingDone } from '../numbered-pings.js';
import { ClosingHandshake, type ClosingWire } from '../protocol/closing-handshake.js';
import { PERMESSAGE_DEFLATE } from '../protocol/deflate-negotiation.js';
import { BINARY, CLOSE, closePayload, PONG, TEXT } from '../protocol/framing.js';
import type { Wire } from '../transport.js';
import type { Fate, WireEnd } from '../wire-fact.js';
import { createOutbox } from './deflating.js';
import { createMessageDeflate, type MessageDeflate } from './message-deflate.js';
import type { Handshaken } from './package/handshaken.js';
import { closeCodeOf, faultOf } from './package/ws.js';
import { FrameReader } from './read/frame-reader.js';
import type { ReaderSink } from './read/reader-sink.js';
import { drop, own, type SocketOwner } from './socket/owned-socket.js';
import { CONGESTED, PAUSED, PINGED, WireState } from './wire-state.js';
import type { Outbox } from './write/outbox.js';

/** What became of the messages of a wire that has sent nothing. */
const NOTHING: Unconfirmed = { frames: 0, bytes: 0 };
const NOTHING_SENT = { unconfirmed: NOTHING, unwritten: NOTHING, discarded: NOTHING, isCloseTaken: false };

/**
 * One WebSocket over a stream, from the end of the opening handshake, which is made by ws, to the end of the socket.
 */
export class WsWire extends WireState implements Wire, ClosingWire, ReaderSink, SocketOwner {
  #socket: Duplex | undefined;
  #deflate: MessageDeflate | undefined;
  /** The parts are made when they are needed: when bytes come, and when the end begins. */
  #reader: FrameReader | undefined;
  #closing: ClosingHandshake | undefined;

  get role(): 'accepted' | 'dialed' {
    return 'accepted';
  }

  private get closing(): ClosingHandshake {
    return (this.#closing ??= new ClosingHandshake(this));
  }

  get extensions(): string {
    return this.#deflate === undefined ? '' : PERMESSAGE_DEFLATE;
  }
  get isReceiving(): boolean {
    return this.#reader?.isMidFrame === true;
  }
  get reading(): FrameReader | undefined {
    return this.#reader;
  }
  /** Takes over the socket of a finished opening handshake. */
  attach({ socket, head, protocol, deflate }: Handshaken, remoteAddress: string | undefined): void {
    this.#socket = socket;
    this.#deflate = createMessageDeflate(deflate, this.role === 'accepted', this.settings.options);
    this.protocol = protocol;
    this.remoteAddress = remoteAddress;
    this.heardAt = Math.floor(this.settings.now());
    own(socket, head, this);
  }

  send(data: string | Uint8Array, isBinary: boolean): boolean {
    const outbox = this.openOutbox();
    if (outbox === undefined || !this.isWritable()) return false;
    this.framesOut += 1;
    this.bytesOut += outbox.take(isBinary ? BINARY : TEXT, data);
    return true;
  }

  sendPrepared(prepared: PreparedFrame): boolean {
    const outbox = this.openOutbox();
    if (outbox === undefined || !outbox.takesFramed) return this.send(prepared.data, prepared.isBinary);
    if (!this.isWritable()) return false;
    this.framesOut += 1;
    this.bytesOut += prepared.payloadBytes;
    outbox.takePrepared(prepared);
    return true;
  }

  confirm(done: (fate: Fate) => void): void {
    if (this.outbox === undefined) done(this.#socket === undefined ? 'discarded' : 'written');
    else this.outbox.confirm(done);
  }

  /** A connection that has never sent anything needs no outbox for a Ping that nobody waits for. */
  ping(done?: PingDone, payload?: Buffer): void {
    const socket = this.#socket;
    if (socket === undefined || this.isGone || this.#closing?.hasFailed === true) done?.(undefined);
    else if (this.outbox === undefined && this.role === 'accepted' && done === undefined && payload === undefined)
      this.pingWithoutOutbox(socket);
    else this.openOutbox()?.ping(done, payload);
  }

  pong(payload: Buffer): void {
    if (!this.isGone && this.#closing?.hasFailed !== true) this.openOutbox()?.takeControl(PONG, payload);
  }

  close(code: number, reason: string): void {
    if (this.isWritable()) this.closing.close({ code, reason });
  }

  end(): void {
    if (this.#socket === undefined || this.isGone) return;
    this.closing.abandon();
    this.openReader().stop();
    this.#socket.resume();
    this.endSocket();
  }

  terminate(): void {
    this.closing.terminated();
    this.openReader().stop();
    if (this.#socket !== undefined) drop(this.#socket);
  }

  pause(): void {
    if (this.isPaused) return;
    this.setFlag(PAUSED, true);
    this.#reader?.pause();
    this.#socket?.pause();
  }

  resume(): void {
    if (!this.isPaused) return;
    this.setFlag(PAUSED, false);
    this.#reader?.resume();
    if (!this.isPaused && !this.is(CONGESTED)) this.#socket?.resume();
  }

  onFrame(data: Buffer, isBinary: boolean): void {
    this.framesIn += 1;
    this.bytesIn += data.length;
    this.emitFrame(new DataFrame(data, isBinary));
  }

  onPing(payload: Buffer): void {
    if (this.#closing?.hasFailed !== true) this.openOutbox()?.answerPing(payload);
    this.emitControl('ping', payload);
  }

  onPong(payload: Buffer): void {
    // A Pong without payload answers the Ping that had none.
    if (this.is(PINGED) && payload.length === 0) this.ponged();
    else this.outbox?.pong(payload);
    this.emitControl('pong', payload);
  }

  onClose(code: number, reason: string): void {
    this.closing.closeReceived({ code, reason });
  }

  onFault(cause: Error): void {
    const code = closeCodeOf(cause);
    this.closing.faultFound(faultOf(code), cause, code);
  }

  onBytes(bytes: Buffer, end: number): void {
    this.heardAt = Math.floor(this.settings.now());
    (this.#reader ?? this.openReader()).read(bytes, end);
  }

  takeStart(bytes: Buffer, end: number): number {
    return this.#reader?.takeStart(bytes, end) ?? 0;
  }

  nextPlace(canEndAnywhere: boolean): Buffer | undefined {
    return this.#reader?.nextPlace(canEndAnywhere);
  }

  writeClose({ code, reason }: CloseFrame): void {
    const outbox = this.openOutbox();
    outbox?.onceFramed(() => {
      outbox.takeControl(CLOSE, closePayload(code, reason));
      outbox.flush();
    });
  }

  endSocket(): void {
    this.openOutbox()?.endSocket();
  }

  onRoom(): void {
    this.outbox?.onTickEnd();
  }

  onFin(): void {
    this.closing.finReceived();
    this.openReader().whenDelivered(() => {
      if (this.isGone) return;
      this.#reader?.stop();
      this.closing.allDelivered();
    });
  }

  /** Node reports a fault of TLS and leaves the socket to the peer, which may have gone. */
  onSocketError(error: Error): void {
    this.closing.socketFailed(error);
    this.#socket?.destroy();
  }

  /** Bytes that came before the end are delivered, even to a handler that is behind; except after `terminate`. */
  onGone(unread: Buffer | undefined): void {
    this.outbox?.end();
    const reader = this.openReader();
    reader.finish();
    if (unread !== undefined) reader.read(unread);
    const publish = () => this.gone(this.closing.end(this.outbox ?? NOTHING_SENT));
    if (this.closing.isTerminated) publish();
    else reader.whenDelivered(publish);
  }

  onCongestion(isCongested: boolean): void {
    this.setFlag(CONGESTED, isCongested);
    if (isCongested) this.#socket?.pause();
    else if (!this.isPaused) this.#socket?.resume();
  }

  private openReader(): FrameReader {
    const { options } = this.settings;
    return (this.#reader ??= new FrameReader(this, this.role === 'accepted', options, this.#deflate?.inflater));
  }

  private openOutbox(): Outbox | undefined {
    const socket = this.#socket;
    if (this.outbox === undefined && socket !== undefined) {
      const compressor = this.#deflate?.compressor;
      this.outbox = createOutbox(socket, this.role === 'dialed', this, compressor, this.settings.options);
    }
    return this.outbox;
  }

  /** Whether data may be sent: also between the peer's Close and our own (RFC 6455 section 5.5.1). */
  private isWritable(): boolean {
    return this.#closing?.takesData !== false && this.#socket?.destroyed === false;
  }

  /** Emits the end, once everything before it was emitted. */
  protected gone(end: WireEnd): void {
    if (this.isGone) return;
    this.#reader?.stop();
    this.outbox?.end();
    this.publishEnd(end);
    this.#deflate?.compressor.close();
    this.#deflate?.inflater.close();
  }
}
