import type { Unconfirmed } from '../../close-report.js';
import { NumberedPings } from '../../numbered-pings.js';
import { PING } from '../../protocol/framing.js';
import { DeliveryCounts } from './delivery-counts.js';
import type { OutboxOwner } from './outbox-owner.js';
import { type PongSink, Pongs } from './pongs.js';

/** A peer that is behind is sent a Ping for every 64 KiB of payload: so a slow reader shows that it reads. */
const PING_BYTES_BEHIND = 64 * 1024;

/** A peer that keeps up is sent a Ping for every 256 KiB of payload, but at most one a second. */
const PING_BYTES_PROMPT = 256 * 1024;
const PING_EVERY_MS = 1000;

/** The most that kernels hold between the two ends of a connection, in bytes. */
const KERNELS_HOLD = 4 * 1024 * 1024;

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

  constructor(owner: OutboxOwner) {
    this.owner = owner;
  }

  /** Bytes taken and not yet handed to the kernel. */
  abstract get bufferedBytes(): number;

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

  /** Discarded data messages. */
  get discarded(): Unconfirmed {
    return this.counts.discarded;
  }

  /** Sends a Ping. */
  ping(): void {
    this.pings ??= new NumberedPings();
    this.takeControl(PING, this.pings.ping(this.counts.taken, this.owner.now()));
  }

  /** A Pong has come. */
  pong(payload: Buffer): void {
    this.pings?.pong(payload);
  }

  /** Answers a Ping. */
  answerPing(payload: Buffer): void {
    this.pongs ??= new Pongs(this);
    this.pongs.answer(payload);
  }

  /** Whether a peer that is behind is due another Ping, after what was given to the socket. */
  protected isPingDue(pings: NumberedPings): boolean {
    return pings.isDue(this.counts.bytesGiven, PING_BYTES_BEHIND);
  }

  /** Sends another Ping to a peer that keeps up, if one is due. */
  protected pingPrompt(pings: NumberedPings): void {
    if (pings.isDue(this.counts.bytesGiven, PING_BYTES_PROMPT) && this.owner.now() - pings.pingedAt >= PING_EVERY_MS)
      this.ping();
  }
}
