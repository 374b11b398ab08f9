import { BINARY, TEXT } from './framing.js';
import type { Outbox } from './outbox.js';
import type { Deflate } from './ws.js';

/** RSV1: the message is compressed (RFC 7692 section 6). */
const RSV1 = 0x40;

/** Settings of permessage-deflate that concern sending. */
const DEFAULT_THRESHOLD = 1024;

/** A message or the end, waiting for its turn to be compressed. */
type Job = { readonly data: Buffer; readonly flags: number } | { readonly atEnd: () => void };

/**
 * Compresses messages on their way into an outbox, one after the other: zlib works in the background, and what comes
 * after a message that is being compressed waits behind it, the Close frame included. Control frames may overtake, as
 * RFC 6455 section 5.4 allows.
 */
export class Deflating {
  readonly #outbox: Outbox;
  readonly #deflate: Deflate;
  readonly #threshold: number;
  #jobs: Job[] = [];
  #isBusy = false;
  #isOver = false;
  /** Payload of the messages that wait here. */
  waitingBytes = 0;
  waitingFrames = 0;

  constructor(outbox: Outbox, deflate: Deflate, threshold = DEFAULT_THRESHOLD) {
    this.#outbox = outbox;
    this.#deflate = deflate;
    this.#threshold = threshold;
  }

  /** Takes one data message and returns its size in bytes before compression. */
  take(data: string | Uint8Array, isBinary: boolean): number {
    const payload = typeof data === 'string' ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.length);
    const flags = isBinary ? BINARY : TEXT;
    if (!this.#isBusy && payload.length < this.#threshold) {
      this.#outbox.take(flags, payload);
      return payload.length;
    }
    this.waitingBytes += payload.length;
    this.waitingFrames += 1;
    this.#jobs.push({ data: payload, flags });
    this.#work();
    return payload.length;
  }

  /** Calls back once everything taken so far stands in the outbox. */
  whenIdle(atEnd: () => void): void {
    if (!this.#isBusy) {
      atEnd();
      return;
    }
    this.#jobs.push({ atEnd });
  }

  /** Drops what waits here; what is being compressed at this moment still goes out. */
  discard(): { frames: number; bytes: number } {
    const kept = this.#jobs.filter((job) => 'atEnd' in job);
    let frames = 0;
    let bytes = 0;
    for (const job of this.#jobs) {
      if ('atEnd' in job) continue;
      frames += 1;
      bytes += job.data.length;
    }
    this.#jobs = kept;
    this.waitingFrames -= frames;
    this.waitingBytes -= bytes;
    return { frames, bytes };
  }

  end(): void {
    this.#isOver = true;
    this.#deflate.cleanup();
  }

  #work(): void {
    if (this.#isBusy) return;
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) {
      if ('atEnd' in job) {
        job.atEnd();
      } else if (job.data.length < this.#threshold) {
        this.#pass(job.flags, job.data, job.data.length);
      } else {
        const { data, flags } = job;
        this.#isBusy = true;
        this.#deflate.compress(data, true, (_error, compressed) => {
          this.#isBusy = false;
          if (this.#isOver || compressed === undefined) return;
          this.#pass(flags | RSV1, compressed, data.length);
          this.#work();
        });
        return;
      }
    }
  }

  #pass(flags: number, payload: Buffer, bytes: number): void {
    this.waitingFrames -= 1;
    this.waitingBytes -= bytes;
    this.#outbox.take(flags, payload);
  }
}
