import type { Duplex } from 'node:stream';
import type { Unconfirmed } from '../../close-report.js';
import { KERNELS_HOLD, NumberedPings, type PingDone } from '../../numbered-pings.js';
import { PING } from '../../protocol/framing.js';
import type { Fate } from '../../wire-fact.js';
import { DeliveryCounts } from './delivery-counts.js';
import type { OutboxOwner } from './outbox-owner.js';
import { type PongSink, Pongs } from './pongs.js';
import { freeWritten, type Written } from './send-queue.js';

/** A peer that is behind is sent a Ping for every 64 KiB of payload: so a slow reader shows that it reads. */
const PING_BYTES_BEHIND = 64 * 1024;

/** A peer that keeps up is sent a Ping for every 256 KiB of payload, but at most one a second. */
const PING_BYTES_PROMPT = 256 * 1024;
const PING_EVERY_MS = 1000;

const NO_MESSAGES: Unconfirmed = { frames: 0, bytes: 0 };

/**
 * What is known about the messages of one wire: what the kernel took, and what the peer's Pongs prove. The part of an
 * outbox that writes nothing.
 */
export abstract class Account implements PongSink {
  protected readonly owner: OutboxOwner;
  protected readonly counts = new DeliveryCounts();
  /** Made for the first Ping. */
  protected pings: NumberedPings | undefined;
  protected pongs: Pongs | undefined;
  /** Bytes that the socket is to be given yet, up to the end of our Close; 0 if that does not wait. */
  #bytesToClose = 0;
  #close: 'waits' | 'given' | 'taken' = 'waits';

  constructor(owner: OutboxOwner) {
    this.owner = owner;
  }

  /** Bytes taken and not yet handed to the kernel; 0 once the socket is gone. */
  get bufferedBytes(): number {
    return this.isOver ? 0 : this.unwrittenBytes;
  }

  /** Bytes taken that the kernel has not been handed, also when it will not be any more. */
  protected abstract get unwrittenBytes(): number;

  /** Payload bytes of the messages among these; never more than these, where the kernel has taken part of a message. */
  get bufferedPayloadBytes(): number {
    return Math.min(this.counts.unsettledBytes, this.bufferedBytes);
  }

  /** Whether the socket is gone. */
  protected abstract readonly isOver: boolean;

  /** Takes a control frame. */
  abstract takeControl(opcode: number, payload: Buffer): void;

  /** Data messages that the peer is not known to have read, including discarded ones. */
  get unconfirmed(): Unconfirmed {
    return this.counts.beyond(this.pings?.proven ?? NO_MESSAGES);
  }

  /** Data messages that the kernel is not known to have taken, including discarded ones. */
  get unwritten(): Unconfirmed {
    return this.counts.unwritten;
  }

  /** Whether a Ping has no answer yet. */
  get awaitsPong(): boolean {
    return this.pings?.awaitsPong === true;
  }

  /** Payload bytes sent before the first such Ping that the peer may still have to read. */
  get unprovenBytes(): number {
    return Math.min(this.pings?.unprovenBytes ?? 0, this.bufferedBytes + KERNELS_HOLD);
  }

  /** Whether the kernel has our Close, as far as is known: the callback of its write may come too late to say so. */
  get isCloseTaken(): boolean {
    return this.#close === 'taken' || (this.#close === 'given' && this.unwrittenBytes === 0);
  }

  /** Discarded data messages. */
  get discarded(): Unconfirmed {
    return this.counts.discarded;
  }

  /** Calls `done` with the fate of the message taken last, once everything taken so far has one. */
  confirm(done: (fate: Fate) => void): void {
    this.counts.confirm(done);
    if (this.isOver) this.counts.end();
  }

  /** The round-trip time in ms of the latest Ping that was answered. */
  get latencyMs(): number | undefined {
    return this.pings?.latencyMs;
  }

  /** Sends a Ping. */
  ping(done?: PingDone, payload?: Buffer): void {
    if (this.isOver) {
      done?.(undefined);
      return;
    }
    this.pings ??= new NumberedPings();
    this.takeControl(PING, this.pings.ping(this.counts.taken, this.owner.now(), done, payload));
  }

  /** A Pong has come. */
  pong(payload: Buffer): void {
    this.pings?.pong(payload, this.owner.now());
  }

  /** Answers a Ping. */
  answerPing(payload: Buffer): void {
    this.pongs ??= new Pongs(this);
    this.pongs.answer(payload);
  }

  /** The payload of a Ping to be sent after what was given to the socket, if a peer that is behind is due one. */
  protected pingBehind(pings: NumberedPings): Buffer | undefined {
    const isDue = pings.isDue(this.counts.bytesGiven, PING_BYTES_BEHIND);
    return isDue ? pings.ping(this.counts.given, this.owner.now()) : undefined;
  }

  /** Sends another Ping to a peer that keeps up, if one is due. */
  protected pingPrompt(pings: NumberedPings): void {
    if (pings.isDue(this.counts.bytesGiven, PING_BYTES_PROMPT) && this.owner.now() - pings.pingedAt >= PING_EVERY_MS)
      this.ping();
  }

  protected reportIfDrained(): void {
    if (this.bufferedBytes !== 0) return;
    this.pongs?.onDrained();
    this.owner.onDrained();
  }

  /** Our Close is the last of this many bytes that wait; of none if it was discarded. */
  protected closeWaits(bytes: number): void {
    this.#bytesToClose = bytes;
  }

  /** The socket is given this many of the bytes that wait; returns whether our Close is among them. */
  protected givesClose(bytes: number): boolean {
    if (this.#bytesToClose === 0) return false;
    this.#bytesToClose = Math.max(0, this.#bytesToClose - bytes);
    return this.#bytesToClose === 0;
  }

  /** Our Close was given to the socket; `isTaken`: and the kernel took it at once. */
  protected closeGiven(socket: Duplex, isTaken: boolean): void {
    if (isTaken) this.#close = 'taken';
    else if (!socket.destroyed && socket.errored === null) this.#close = 'given';
  }

  /**
   * The callback of a write: settles what is given now once the kernel has it, frees it, and then calls `then`.
   *
   * @param written what is to be freed; `undefined` if it is free already.
   */
  protected settlesLater(
    socket: Duplex,
    hasClose: boolean,
    written: Written | undefined,
    then: () => void,
  ): (error: Error | null | undefined) => void {
    const { frames, bytes } = this.counts.given;
    return (error) => {
      const hasFailed = (error ?? undefined) !== undefined;
      if (hasFailed && hasClose) this.#close = 'waits';
      // A write that `destroy` cuts off is called back without an error, as if it had been made.
      if (hasFailed || socket.destroyed) return;
      if (hasClose) this.#close = 'taken';
      this.counts.settle(frames, bytes);
      if (written !== undefined) freeWritten(socket, written);
      then();
    };
  }
}
