import type { Unconfirmed } from '../transport/close-report.js';
import type { Fate } from '../transport/wire-fact.js';
import { type IncomingOwner, MemoryIncoming, WINDOW_BYTES } from './memory-incoming.js';
import { MemoryOutgoing } from './memory-outgoing.js';
import { type Content, FIN, type Packet, RESET, type ViolationCode } from './memory-packet.js';
import { systemError } from './system-error.js';

const NOTHING: Unconfirmed = { frames: 0, bytes: 0 };

/** Called with what happens to a socket: later, and never within a call to it, except for content out of `resume`. */
export interface SocketOwner {
  /** Something has come; its content follows. */
  onRead(): void;
  onContent(content: Content): void;
  /** The other end's FIN. */
  onEnd(): void;
  /** Everything that had to wait for the other end was sent. */
  onDrained(): void;
  /** The socket is gone, by `error` if TCP failed. */
  onClose(error: Error | undefined): void;
}

/**
 * One end of an in-memory TCP connection: packets in order, a window, FIN and RST; half open until both FINs are sent.
 *
 * A test breaks things here, at the end that is to behave badly: `reset`, `end`, `freeze`, `stopReading`, `violate`.
 * Packets are sent in `process.nextTick` and read in another: in order, and without timers.
 */
export class MemorySocket implements IncomingOwner {
  /** The other end. */
  #peer: MemorySocket = this;
  #owner: SocketOwner | undefined;
  #outgoing: MemoryOutgoing | undefined;
  readonly #incoming = new MemoryIncoming(this);
  #isFrozen = false;
  #isWaiting = false;
  #isSending = false;
  #isEnding = false;
  #isFinSent = false;
  #isFinReceived = false;
  #isDestroyed = false;

  /** Makes two linked ends. */
  static pair(): [MemorySocket, MemorySocket] {
    const [one, other] = [new MemorySocket(), new MemorySocket()];
    one.#peer = other;
    other.#peer = one;
    return [one, other];
  }

  /** Bytes given to it that were not sent, and payload bytes of the messages among these. */
  get outgoingBytes(): number {
    return this.#outgoing?.bytes ?? 0;
  }
  get outgoingPayloadBytes(): number {
    return this.#outgoing?.payloadBytes ?? 0;
  }
  /** Messages and payload bytes sent: what the other end's kernel would have. */
  get sent(): Unconfirmed {
    return this.#outgoing?.sent ?? NOTHING;
  }

  /** Whether a Close frame was sent. */
  get isCloseSent(): boolean {
    return this.#outgoing?.isCloseSent === true;
  }

  /** Whether the other end's FIN has come. */
  get isFinReceived(): boolean {
    return this.#isFinReceived;
  }

  /** Sets the owner; what came before is read next. */
  attach(owner: SocketOwner): void {
    this.#owner = owner;
    this.#incoming.readLater();
  }

  /**
   * Takes a packet; it is sent at the end of this tick, or when the other end has room. A Close frame is sent at once,
   * with what precedes it, as by the ws transport: it gets out although TCP is dropped in the same tick.
   */
  push(packet: Packet): void {
    if (this.#isDestroyed || this.#isEnding) return;
    this.#outgoing ??= new MemoryOutgoing();
    this.#outgoing.push(packet);
    if (packet.kind === 'close') this.#sendAll();
    else this.#sendLater();
  }

  /** Calls `done` once everything taken so far was sent, or was discarded. */
  mark(done: (fate: Fate) => void): void {
    if (this.#outgoing === undefined || this.#outgoing.isEmpty) done('written');
    else this.#outgoing.push({ kind: 'mark', done, bytes: 0 });
  }

  /** Drops what was not sent, except a Close frame and a FIN; returns how many messages it had. */
  discard(): Unconfirmed {
    return this.#outgoing?.discard() ?? NOTHING;
  }

  pause(): void {
    this.#incoming.pause();
  }

  resume(): void {
    this.#incoming.resume();
  }

  /** Sends FIN after everything taken so far. Called by a test: TCP ends without a Close frame. */
  end(): void {
    if (this.#isEnding) return;
    this.push(FIN);
    this.#isEnding = true;
  }

  /** Drops the connection: the other end sees FIN, or RST if there is something unread here, as with TCP. */
  destroy(): void {
    this.#drop(this.#incoming.bytes === 0 ? FIN : RESET);
  }

  /** Drops the connection with RST: the other end's `read` fails with ECONNRESET once it has read what was there. */
  reset(): void {
    this.#drop(RESET);
  }

  /**
   * Becomes the end of a machine that is gone or stopped: it takes any number of bytes, answers nothing, not a Ping
   * either, and neither its FIN nor its RST gets out, until `thaw`.
   */
  freeze(): void {
    this.#isFrozen = true;
    this.#peer.#sendLater();
  }

  /** Goes on where `freeze` stopped, with all that has come since. */
  thaw(): void {
    this.#isFrozen = false;
    this.#incoming.readLater();
    this.#sendLater();
  }

  /** Reads no more, so that the other end's backlog grows beyond the window; it still sends. */
  stopReading(): void {
    this.#incoming.stopReading();
  }

  startReading(): void {
    this.#incoming.startReading();
  }

  /** Sends what the protocol forbids: the other end answers with `code`. Default 1002. */
  violate(code: ViolationCode = 1002): void {
    this.push({ kind: 'violation', code, bytes: 2 });
  }

  #sendLater(): void {
    if (this.#isSending || this.#outgoing === undefined || (this.#outgoing.isEmpty && !this.#isWaiting)) return;
    this.#isSending = true;
    process.nextTick(MemorySocket.#send, this);
  }

  static #send(socket: MemorySocket): void {
    socket.#isSending = false;
    socket.#sendAll();
    if (socket.#isDestroyed || !socket.#isWaiting || socket.#outgoing?.isEmpty === false) return;
    socket.#isWaiting = false;
    socket.#owner?.onDrained();
  }

  #sendAll(): void {
    const peer = this.#peer;
    const outgoing = this.#outgoing;
    if (outgoing === undefined || this.#isFrozen || this.#isDestroyed) return;
    for (let packet = outgoing.first; packet !== undefined && !this.#isDestroyed; packet = outgoing.first) {
      if (packet.bytes > 0 && !peer.#hasRoom) {
        this.#isWaiting = true;
        return;
      }
      outgoing.shift();
      if (packet.kind === 'mark') packet.done('written');
      else this.#sendOne(packet, peer);
    }
  }

  #sendOne(packet: Packet, peer: MemorySocket): void {
    if (packet.kind === 'fin') this.#isFinSent = true;
    if (!peer.#isDestroyed) peer.#arrive(packet);
    // A socket that is gone answers with RST, if its machine answers at all.
    else if (packet.kind !== 'fin' && !peer.#isFrozen) this.#arrive(RESET);
    if (this.#isFinSent && this.#isFinReceived) this.#finish(undefined);
  }

  get #hasRoom(): boolean {
    return this.#isFrozen || this.#isDestroyed || this.#incoming.bytes < WINDOW_BYTES;
  }

  #arrive(packet: Packet): void {
    if (!this.#isDestroyed) this.#incoming.arrive(packet);
  }

  get isDeaf(): boolean {
    return this.#isFrozen || this.#isDestroyed || this.#owner === undefined;
  }

  onReadBegin(): void {
    this.#owner?.onRead();
  }

  onReadEnd(): void {
    if (this.#peer.#isWaiting) this.#peer.#sendLater();
  }

  onPacket(packet: Packet): void {
    switch (packet.kind) {
      case 'fin':
        this.#isFinReceived = true;
        this.#owner?.onEnd();
        if (this.#isFinSent) this.#finish(undefined);
        return;
      case 'reset':
        this.#finish(systemError('ECONNRESET', 'read'));
        return;
      case 'mark':
        return;
      default:
        this.#owner?.onContent(packet);
    }
  }

  #drop(last: Packet): void {
    if (this.#isDestroyed) return;
    if (!this.#isFrozen && !(this.#isFinSent && last === FIN)) this.#peer.#arrive(last);
    this.#finish(undefined);
  }

  #finish(error: Error | undefined): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    // What waits for room here will never have it: it is sent, and answered with RST.
    if (this.#peer.#isWaiting) this.#peer.#sendLater();
    process.nextTick(MemorySocket.#close, this, error);
  }

  static #close(socket: MemorySocket, error: Error | undefined): void {
    socket.#outgoing?.lose();
    socket.#incoming.clear();
    socket.#owner?.onClose(error);
  }
}
