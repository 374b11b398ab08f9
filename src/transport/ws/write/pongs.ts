import { PONG } from '../../protocol/framing.js';

/** Where Pongs go. */
export interface PongSink {
  readonly bufferedBytes: number;
  takeControl(opcode: number, payload: Buffer): void;
}

/** Pongs, in bytes of their payloads and headers, that may wait for a peer that does not read. */
const MAX_WAITING_BYTES = 64 * 1024;

const HEADER_BYTES = 6;

/**
 * Answers Pings (RFC 6455 section 5.5.2), each of them as long as the peer reads. Of a peer that sends Pings and does
 * not read, only the latest beyond a bound is answered, as section 5.5.3 allows: otherwise it could fill our memory.
 */
export class Pongs {
  readonly #sink: PongSink;
  /** Taken since everything was last in the kernel's hands. */
  #waitingBytes = 0;
  #latest: Buffer | undefined;

  constructor(sink: PongSink) {
    this.#sink = sink;
  }

  answer(payload: Buffer): void {
    if (this.#sink.bufferedBytes === 0) this.#waitingBytes = 0;
    if (this.#waitingBytes >= MAX_WAITING_BYTES) {
      this.#latest = Buffer.from(payload);
      return;
    }
    this.#waitingBytes += payload.length + HEADER_BYTES;
    this.#sink.takeControl(PONG, payload);
  }

  /** Nothing waits for the kernel any more. */
  onDrained(): void {
    const latest = this.#latest;
    if (latest === undefined) return;
    this.#latest = undefined;
    this.answer(latest);
  }
}
