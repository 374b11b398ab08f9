import type { Unconfirmed } from './close-report.js';

/** A Ping, and how many messages and bytes were sent before it. */
interface SentPing extends Unconfirmed {
  readonly number: number;
}

const NOTHING: Unconfirmed = { frames: 0, bytes: 0 };

/**
 * Pings that show how far the peer has read. Messages keep their order, so a Pong proves that the peer has read
 * everything that was sent before the Ping. Each Ping carries its number as payload, since a peer may answer only the
 * latest of several Pings (RFC 6455 section 5.5.3).
 */
export class NumberedPings {
  /** Pings without an answer, in order. */
  #unanswered: SentPing[] = [];
  #last: SentPing = { number: 0, ...NOTHING };
  #pingedAt = 0;
  #proven: Unconfirmed = NOTHING;
  #hasEnded = false;

  /** What the peer has certainly read. */
  get proven(): Unconfirmed {
    return this.#proven;
  }

  /** Whether a Ping has no answer yet. */
  get awaitsPong(): boolean {
    return this.#unanswered.length > 0;
  }

  /** Payload bytes sent before the first Ping without an answer that the peer is not known to have read. */
  get unprovenBytes(): number {
    const [first] = this.#unanswered;
    return first === undefined ? 0 : first.bytes - this.#proven.bytes;
  }

  /** When the latest Ping was sent, monotonic ms. */
  get pingedAt(): number {
    return this.#pingedAt;
  }

  /** Whether another Ping may be sent: `every` of the `bytes` sent so far came after the latest Ping. */
  isDue(bytes: number, every: number): boolean {
    return bytes - this.#last.bytes >= every && !this.#hasEnded;
  }

  /** No Ping may be sent any more. */
  end(): void {
    this.#hasEnded = true;
  }

  /** A Ping is sent after this many messages and bytes. @returns its payload. */
  ping({ frames, bytes }: Unconfirmed, now: number): Buffer {
    this.#pingedAt = now;
    const number = (this.#last.number + 1) >>> 0;
    this.#last = { number, frames, bytes };
    this.#unanswered.push(this.#last);
    const payload = Buffer.allocUnsafe(4);
    payload.writeUInt32BE(number);
    return payload;
  }

  /** A Pong has come. If its payload is none of ours, it answers the first Ping, if there is one. */
  pong(payload: Buffer): void {
    const number = payload.length === 4 ? payload.readUInt32BE(0) : undefined;
    const found = this.#unanswered.findIndex((ping) => ping.number === number);
    const answered = this.#unanswered.splice(0, Math.max(found, 0) + 1).at(-1);
    if (answered !== undefined) this.#proven = { frames: answered.frames, bytes: answered.bytes };
  }
}
