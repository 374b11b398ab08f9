import type { Unconfirmed } from '../transport/close-report.js';
import type { Fate } from '../transport/wire-fact.js';
import { Fifo } from './memory-fifo.js';
import { MemoryOutgoing } from './memory-outgoing.js';
import { type Content, FIN, type Packet, RESET, type ViolationCode } from './memory-packet.js';
import { systemError } from './system-error.js';

/** Bytes on their way to an end that does not read them, beyond which the sender has to wait. */
export const WINDOW_BYTES = 64 * 1024;

const NOTHING: Unconfirmed = { frames: 0, bytes: 0 };

/** Who is told what happens to a socket; always later, never within a call to it, save content out of `resume`. */
export interface SocketOwner {
  /** Something has come and is about to be told. */
  onRead(): void;
  onContent(content: Content): void;
  /** The other end's FIN. */
  onEnd(): void;
  /** What had to wait for the other end has left. */
  onDrained(): void;
  /** The socket is gone, by `error` if TCP failed. */
  onClose(error: Error | undefined): void;
}

/**
 * One end of an in-memory TCP connection: packets in order, a window, FIN and RST; half open until both FINs have gone.
 *
 * What a test breaks, it breaks here, at the end that is to behave badly: `reset`, `end`, `freeze`, `stopReading`,
 * `violate`. What leaves goes in `process.nextTick`, what comes is told in another: in order, and without timers.
 */
export class MemorySocket {
  /** The other end. */
  #peer: MemorySocket = this;
  #owner: SocketOwner | undefined;
  #outgoing: MemoryOutgoing | undefined;
  #incoming: Fifo<Packet> | undefined;
  #incomingBytes = 0;
  /** Packets of the read in which the owner paused: they are told as soon as it resumes. */
  #held = 0;
  #isPaused = false;
  #isFrozen = false;
  #isStalled = false;
  #isWaiting = false;
  #isSending = false;
  #isTelling = false;
  #isReading = false;
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

  /** Bytes given to it that have not left. */
  get outgoingBytes(): number {
    return this.#outgoing?.bytes ?? 0;
  }

  /** Messages and payload bytes sent: what the other end's kernel would have. */
  get sent(): Unconfirmed {
    return this.#outgoing?.sent ?? NOTHING;
  }

  /** Whether the other end's FIN has come. */
  get isFinReceived(): boolean {
    return this.#isFinReceived;
  }

  /** Names who is told; what came before is told next. */
  attach(owner: SocketOwner): void {
    this.#owner = owner;
    this.#tellLater();
  }

  /** Gives a packet; it leaves at the end of this tick, or when the other end has room. */
  push(packet: Packet): void {
    if (this.#isDestroyed || this.#isEnding) return;
    this.#outgoing ??= new MemoryOutgoing();
    this.#outgoing.push(packet);
    this.#sendLater();
  }

  /** Calls `done` once all that was given so far has left, or was thrown away. */
  mark(done: (fate: Fate) => void): void {
    if (this.#outgoing === undefined || this.#outgoing.isEmpty) done('written');
    else this.#outgoing.push({ kind: 'mark', done, bytes: 0 });
  }

  /** Drops what has not left, save a Close frame and a FIN; returns the messages among it. */
  discard(): Unconfirmed {
    return this.#outgoing?.discard() ?? NOTHING;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    if (this.#held > 0 && this.#mayRead) this.#read(this.#held);
    this.#tellLater();
  }

  /** Sends FIN behind what was given. By a test: TCP ends without a Close frame. */
  end(): void {
    if (this.#isEnding) return;
    this.push(FIN);
    this.#isEnding = true;
  }

  /** Drops the connection: the other end sees FIN, or RST if there is something unread here, as with TCP. */
  destroy(): void {
    this.#drop(this.#incomingBytes === 0 ? FIN : RESET);
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
    this.#tellLater();
    this.#sendLater();
  }

  /** Reads no more, so that the other end's backlog grows beyond the window; it still sends. */
  stopReading(): void {
    this.#isStalled = true;
  }

  startReading(): void {
    this.#isStalled = false;
    this.#tellLater();
  }

  /** Sends what the protocol forbids: the other end answers with `code`. Default 1002. */
  violate(code: ViolationCode = 1002): void {
    this.push({ kind: 'violation', code, bytes: 2 });
  }

  #sendLater(): void {
    if (this.#isSending || this.#outgoing === undefined || this.#outgoing.isEmpty) return;
    this.#isSending = true;
    process.nextTick(MemorySocket.#send, this);
  }

  static #send(socket: MemorySocket): void {
    socket.#isSending = false;
    socket.#sendAll();
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
    if (this.#isDestroyed || !this.#isWaiting) return;
    this.#isWaiting = false;
    this.#owner?.onDrained();
  }

  #sendOne(packet: Packet, peer: MemorySocket): void {
    if (packet.kind === 'fin') this.#isFinSent = true;
    if (!peer.#isDestroyed) peer.#arrive(packet);
    // Who writes to a socket that is gone is answered with RST, by a machine that answers at all.
    else if (packet.kind !== 'fin' && !peer.#isFrozen) this.#arrive(RESET);
    if (this.#isFinSent && this.#isFinReceived) this.#finish(undefined);
  }

  get #hasRoom(): boolean {
    return this.#isFrozen || this.#isDestroyed || this.#incomingBytes < WINDOW_BYTES;
  }

  #arrive(packet: Packet): void {
    if (this.#isDestroyed) return;
    this.#incoming ??= new Fifo();
    this.#incoming.push(packet);
    this.#incomingBytes += packet.bytes;
    this.#tellLater();
  }

  get #mayRead(): boolean {
    return !this.#isPaused && !this.#isFrozen && !this.#isStalled && !this.#isDestroyed;
  }

  #tellLater(): void {
    if (this.#isTelling || this.#incoming === undefined || this.#owner === undefined || !this.#mayRead) return;
    this.#isTelling = true;
    process.nextTick(MemorySocket.#tell, this);
  }

  static #tell(socket: MemorySocket): void {
    socket.#isTelling = false;
    if (socket.#mayRead && socket.#incoming !== undefined) socket.#read(socket.#incoming.length);
  }

  /** Tells so many packets, as one read: until the owner pauses. */
  #read(count: number): void {
    const incoming = this.#incoming;
    if (incoming === undefined || this.#isReading) return;
    this.#isReading = true;
    this.#owner?.onRead();
    let left = count;
    while (left > 0 && this.#mayRead) {
      const packet = incoming.shift();
      if (packet === undefined) break;
      left -= 1;
      this.#incomingBytes -= packet.bytes;
      this.#tellOne(packet);
    }
    this.#isReading = false;
    this.#held = left;
    if (incoming.length === 0) this.#incoming = undefined;
    else this.#tellLater();
    if (this.#peer.#isWaiting) this.#peer.#sendLater();
  }

  #tellOne(packet: Packet): void {
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
    // What waits for room here will never have it: it leaves, and is answered with RST.
    if (this.#peer.#isWaiting) this.#peer.#sendLater();
    process.nextTick(MemorySocket.#close, this, error);
  }

  static #close(socket: MemorySocket, error: Error | undefined): void {
    socket.#outgoing?.lose();
    socket.#incoming = undefined;
    socket.#owner?.onClose(error);
  }
}
