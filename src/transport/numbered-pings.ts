import type { Unconfirmed } from './close-report.js';

/** A Ping, and how many messages and bytes were sent before it. */
interface SentPing extends Unconfirmed {
  readonly number: number;
  /** When it was sent, monotonic ms. */
  readonly at: number;
  readonly done?: PingDone | undefined;
  /** What it carries instead of its number, if its sender chose that. */
  readonly payload?: Buffer | undefined;
}

/** Is called with the round-trip time in ms when a Ping is answered, or with `undefined` when it never will be. */
export type PingDone = (roundTripMs: number | undefined) => void;

/**
 * The most that the kernels of both sides hold between the two ends of a connection, in bytes: of what was sent, a peer
 * that reads has at least the rest.
 */
export const KERNELS_HOLD = 4 * 1024 * 1024;

const NOTHING: Unconfirmed = { frames: 0, bytes: 0 };

/**
 * Pings that show how far the peer has read. Messages keep their order, so a Pong proves that the peer has read
 * everything that was sent before the Ping. Each Ping carries its number as payload, since a peer may answer only the
 * latest of several Pings (RFC 6455 section 5.5.3).
 */
export class NumberedPings {
  /** Pings without an answer, in order. */
  #unanswered: SentPing[] = [];
  #last: SentPing = { number: 0, at: 0, ...NOTHING };
  #latencyMs: number | undefined;
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
    return this.#last.at;
  }

  /** The round-trip time of the latest Ping that was answered. */
  get latencyMs(): number | undefined {
    return this.#latencyMs;
  }

  /** Whether another Ping may be sent: `every` of the `bytes` sent so far came after the latest Ping. */
  isDue(bytes: number, every: number): boolean {
    return bytes - this.#last.bytes >= every && !this.#hasEnded;
  }

  /** No Ping may be sent any more. */
  end(): void {
    this.#hasEnded = true;
  }

  /**
   * A Ping is sent after this many messages and bytes.
   *
   * @param payload what it carries. Default: its number.
   * @returns its payload.
   */
  ping({ frames, bytes }: Unconfirmed, now: number, done?: PingDone, payload?: Buffer): Buffer {
    const number = (this.#last.number + 1) >>> 0;
    this.#last = { number, at: now, frames, bytes, done, payload };
    this.#unanswered.push(this.#last);
    if (payload !== undefined) return payload;
    const numbered = Buffer.allocUnsafe(4);
    numbered.writeUInt32BE(number);
    return numbered;
  }

  /**
   * A Pong has come. If its payload is none of ours, it answers the first Ping, if there is one and it carries its
   * number. With a Ping all those before it are answered. Of Pings with the same payload the first is answered: only of
   * that one is it certain.
   */
  pong(payload: Buffer, now: number): void {
    const number = payload.length === 4 ? payload.readUInt32BE(0) : undefined;
    const found = this.#unanswered.findIndex((ping) =>
      ping.payload === undefined ? ping.number === number : ping.payload.equals(payload),
    );
    if (found === -1 && this.#unanswered[0]?.payload !== undefined) return;
    const answered = this.#unanswered.splice(0, Math.max(found, 0) + 1);
    const latest = answered.at(-1);
    if (latest === undefined) return;
    // The Ping itself, and no object beside it: every connection has these for as long as it lasts.
    this.#proven = latest;
    this.#latencyMs = now - latest.at;
    for (const { at, done } of answered) done?.(now - at);
  }

  /** The socket is gone: no Ping is answered any more. */
  giveUp(): void {
    for (const { done } of this.#unanswered) done?.(undefined);
  }
}
