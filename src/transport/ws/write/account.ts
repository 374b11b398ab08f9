import type { Unconfirmed } from '../../close-report.js';
import { PING } from '../../protocol/framing.js';
import { Soundings } from '../../soundings.js';
import { Ledger } from './ledger.js';
import type { OutboxOwner } from './outbox-owner.js';
import { type PongSink, Pongs } from './pongs.js';

/** A peer that is behind is sent a Ping for each so many payload bytes: a slow reader shows that it reads. */
const SOUNDED_BEHIND = 64 * 1024;

/** One that keeps up is sent one for so many, and so many ms, at the most. */
const SOUNDED_PROMPT = 256 * 1024;
const SOUNDED_EVERY_MS = 1000;

/** What kernels hold, at the most, between two ends of a connection. */
const KERNELS_HOLD = 4 * 1024 * 1024;

const NO_MESSAGES: Unconfirmed = { frames: 0, bytes: 0 };

/**
 * What is known of the messages of one wire, as the kernel and the peer's Pongs tell: the part of an outbox that writes
 * nothing.
 */
export abstract class Account implements PongSink {
  protected readonly owner: OutboxOwner;
  protected readonly ledger = new Ledger();
  /** Made for the first Ping. */
  protected soundings: Soundings | undefined;
  protected pongs: Pongs | undefined;

  constructor(owner: OutboxOwner) {
    this.owner = owner;
  }

  /** Bytes taken and not yet handed to the kernel. */
  abstract get bufferedBytes(): number;

  /** Takes a control frame. */
  abstract takeControl(opcode: number, payload: Buffer): void;

  /** Data messages that the peer is not known to have read, discarded ones included. */
  get unconfirmed(): Unconfirmed {
    return this.ledger.beyond(this.soundings?.proven ?? NO_MESSAGES);
  }

  /** Data messages not known to be in the kernel's hands, discarded ones included. */
  get unwritten(): Unconfirmed {
    return this.ledger.unwritten;
  }

  /** Whether a Ping has no answer. */
  get awaitsPong(): boolean {
    return this.soundings?.awaitsPong === true;
  }

  /** Payload bytes before the first such Ping that the peer may still have to read. */
  get unprovenBytes(): number {
    return Math.min(this.soundings?.unprovenBytes ?? 0, this.bufferedBytes + KERNELS_HOLD);
  }

  /** Those of the unwritten that were discarded. */
  get discarded(): Unconfirmed {
    return this.ledger.discarded;
  }

  /** Sends a Ping. */
  ping(): void {
    this.soundings ??= new Soundings();
    this.takeControl(PING, this.soundings.ping(this.ledger.taken, this.owner.now()));
  }

  /** A Pong has come. */
  pong(payload: Buffer): void {
    this.soundings?.pong(payload);
  }

  /** Answers a Ping. */
  answerPing(payload: Buffer): void {
    this.pongs ??= new Pongs(this);
    this.pongs.answer(payload);
  }

  /** Whether a peer that is behind is to be sent another Ping behind what was given to the socket. */
  protected isSoundingDue(soundings: Soundings): boolean {
    return soundings.isDue(this.ledger.bytesGiven, SOUNDED_BEHIND);
  }

  /** Sends another Ping to a peer that keeps up, if one is due. */
  protected soundPrompt(soundings: Soundings): void {
    if (
      soundings.isDue(this.ledger.bytesGiven, SOUNDED_PROMPT) &&
      this.owner.now() - soundings.pingedAt >= SOUNDED_EVERY_MS
    )
      this.ping();
  }
}
