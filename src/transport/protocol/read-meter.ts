import type { Allowance, Reading } from '../wire-fact.js';

/** What a meter reads from, and calls with what it has measured. */
export interface MeterSink {
  /** When bytes last came, on the clock of the wire. */
  readonly heardAt: number;
  /** What was read ends in the middle of a message. */
  onPart(): void;
  /** As much was read as is allowed. Called again after each read until `allow` is called. */
  onSpent(of: keyof Allowance): void;
}

const UNBOUNDED: Allowance = { messages: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };

/**
 * Measures what one connection reads: how much of its allowance, and since when a message is incomplete. It is the base
 * of readers, so that there is no second object for each connection.
 */
export class ReadMeter implements Reading {
  partSince = 0;
  readonly #allowance: Allowance;
  #messages = 0;
  #bytes = 0;
  /** The incomplete message, by a number of its own; 0 if there is none. */
  #part = 0;

  constructor(allowance: Allowance = UNBOUNDED) {
    this.#allowance = allowance;
  }

  get heldBytes(): number {
    return 0;
  }

  allow(): void {
    this.#messages = 0;
    this.#bytes = 0;
  }

  /** Bytes have come. */
  arrived(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Nothing was read for a while because of this side: the time of an incomplete message begins again. */
  excuse(now: number): void {
    if (this.partSince !== 0) this.partSince = now;
  }

  /**
   * Bytes were read.
   *
   * @param messages how many they were. @param part a number for the message that is incomplete now; 0 if none is.
   */
  measured(messages: number, part: number, sink: MeterSink): void {
    this.#messages += messages;
    if (part !== this.#part) {
      this.#part = part;
      // 0 means none, also in the first ms of a clock.
      this.partSince = part === 0 ? 0 : Math.max(1, sink.heardAt);
    }
    if (part !== 0) sink.onPart();
    if (this.#messages >= this.#allowance.messages) sink.onSpent('messages');
    else if (this.#bytes >= this.#allowance.bytes) sink.onSpent('bytes');
  }
}
