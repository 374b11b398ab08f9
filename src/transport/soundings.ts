import type { Unconfirmed } from './close-report.js';

/** A Ping that was sent behind so many messages and bytes. */
interface Mark extends Unconfirmed {
  readonly number: number;
}

const NOTHING: Unconfirmed = { frames: 0, bytes: 0 };

/**
 * How far a peer is known to have read: messages keep their order, so a Pong proves that the peer has read what was
 * sent before its Ping. Pings are numbered by their payload, since a peer need not answer each (RFC 6455 section
 * 5.5.3).
 */
export class Soundings {
  /** Those without an answer, in order. */
  #marks: Mark[] = [];
  #last: Mark = { number: 0, ...NOTHING };
  #pingedAt = 0;
  #proven: Unconfirmed = NOTHING;
  #hasEnded = false;

  /** What the peer has read for certain. */
  get proven(): Unconfirmed {
    return this.#proven;
  }

  /** Whether a Ping has no answer. */
  get awaitsPong(): boolean {
    return this.#marks.length > 0;
  }

  /** Payload bytes that precede the first Ping without an answer, and that the peer is not known to have read. */
  get unprovenBytes(): number {
    const [first] = this.#marks;
    return first === undefined ? 0 : first.bytes - this.#proven.bytes;
  }

  /** When the latest Ping was sent, monotonic ms. */
  get pingedAt(): number {
    return this.#pingedAt;
  }

  /** Whether a Ping may be sent behind so many payload bytes, and `every` of them have been since the latest. */
  isDue(bytes: number, every: number): boolean {
    return bytes - this.#last.bytes >= every && !this.#hasEnded;
  }

  /** Nothing may be sent any more. */
  end(): void {
    this.#hasEnded = true;
  }

  /** A Ping is sent behind so many messages and bytes. @returns its payload. */
  ping({ frames, bytes }: Unconfirmed, now: number): Buffer {
    this.#pingedAt = now;
    const number = (this.#last.number + 1) >>> 0;
    this.#last = { number, frames, bytes };
    this.#marks.push(this.#last);
    const payload = Buffer.allocUnsafe(4);
    payload.writeUInt32BE(number);
    return payload;
  }

  /** A Pong has come. One that repeats no payload of ours answers the first Ping, if any. */
  pong(payload: Buffer): void {
    const number = payload.length === 4 ? payload.readUInt32BE(0) : undefined;
    const found = this.#marks.findIndex((mark) => mark.number === number);
    const answered = this.#marks.splice(0, Math.max(found, 0) + 1).at(-1);
    if (answered !== undefined) this.#proven = { frames: answered.frames, bytes: answered.bytes };
  }
}
