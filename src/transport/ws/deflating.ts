import type { Duplex } from 'node:stream';
import type { Unconfirmed } from '../close-report.js';
import type { WireOptions } from '../transport.js';
import type { Fate } from '../wire-fact.js';
import { Outbox } from './outbox.js';
import type { DeflatingOwner } from './outbox-owner.js';
import type { Deflate } from './ws.js';

/** RSV1: the message is compressed (RFC 7692 section 6). */
const RSV1 = 0x40;

/** Messages smaller than this many bytes are not compressed unless the options say otherwise. */
const DEFAULT_THRESHOLD = 1024;

/** A message waiting for its turn to be compressed. */
interface Message {
  readonly data: Buffer;
  readonly flags: number;
}

/** A message, or what is to be done once the messages before it are framed. */
type Job = Message | { readonly onceFramed: () => void } | { readonly confirm: (fate: Fate) => void };

/**
 * An outbox that compresses messages, one after the other: zlib works in the background, and what comes after a message
 * that is being compressed waits behind it, the Close frame included. Control frames may overtake, as RFC 6455 section
 * 5.4 allows.
 */
export class Deflating extends Outbox {
  readonly #owner: DeflatingOwner;
  readonly #deflate: Deflate;
  readonly #threshold: number;
  #jobs: Job[] = [];
  #isBusy = false;
  /** Messages that wait here or are being compressed. */
  #waitingFrames = 0;
  #waitingBytes = 0;
  /** Messages that were thrown away here. */
  #lostFrames = 0;
  #lostBytes = 0;

  constructor(socket: Duplex, isMasked: boolean, owner: DeflatingOwner, deflate: Deflate, threshold = DEFAULT_THRESHOLD) {
    super(socket, isMasked, owner);
    this.#owner = owner;
    this.#deflate = deflate;
    this.#threshold = threshold;
  }

  override get takesFramed(): boolean {
    return false;
  }

  override get bufferedBytes(): number {
    return super.bufferedBytes + this.#waitingBytes;
  }

  override get unconfirmed(): Unconfirmed {
    const { frames, bytes } = super.unconfirmed;
    return { frames: frames + this.#waitingFrames + this.#lostFrames, bytes: bytes + this.#waitingBytes + this.#lostBytes };
  }

  /** What is being compressed when the socket is gone goes nowhere. */
  override get discarded(): Unconfirmed {
    const { frames, bytes } = super.discarded;
    const [waitingFrames, waitingBytes] = this.isOver ? [this.#waitingFrames, this.#waitingBytes] : [0, 0];
    return { frames: frames + this.#lostFrames + waitingFrames, bytes: bytes + this.#lostBytes + waitingBytes };
  }

  /** Takes one data message and returns its size in bytes before compression. */
  override take(flags: number, data: string | Uint8Array): number {
    const payload = typeof data === 'string' ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.length);
    if (!this.#isBusy && payload.length < this.#threshold) return super.take(flags, payload);
    this.#waitingFrames += 1;
    this.#waitingBytes += payload.length;
    this.#jobs.push({ data: payload, flags });
    this.#work();
    return payload.length;
  }

  override onceFramed(done: () => void): void {
    if (this.#isBusy) this.#jobs.push({ onceFramed: done });
    else done();
  }

  override confirm(done: (fate: Fate) => void): void {
    if (this.#isBusy) this.#jobs.push({ confirm: done });
    else super.confirm(done);
  }

  /** Drops what waits here too; what is being compressed at this moment still goes out. */
  override discard(): Unconfirmed {
    const given = super.discard();
    let frames = 0;
    let bytes = 0;
    const kept: Job[] = [];
    for (const job of this.#jobs) {
      if ('data' in job) {
        frames += 1;
        bytes += job.data.length;
      } else if ('confirm' in job && frames > 0) {
        job.confirm('discarded');
      } else {
        kept.push(job);
      }
    }
    this.#jobs = kept;
    this.#waitingFrames -= frames;
    this.#waitingBytes -= bytes;
    this.#lostFrames += frames;
    this.#lostBytes += bytes;
    return { frames: given.frames + frames, bytes: given.bytes + bytes };
  }

  override end(): void {
    super.end();
    for (const job of this.#jobs) if ('confirm' in job) job.confirm('discarded');
    this.#jobs = [];
  }

  #work(): void {
    if (this.#isBusy) return;
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) {
      if ('onceFramed' in job) {
        job.onceFramed();
      } else if ('confirm' in job) {
        super.confirm(job.confirm);
      } else if (job.data.length < this.#threshold) {
        this.#pass(job, job.data, 0);
      } else {
        this.#compress(job);
        return;
      }
    }
  }

  #compress(message: Message): void {
    this.#isBusy = true;
    this.#deflate.compress(message.data, true, (_error, compressed) => {
      this.#isBusy = false;
      if (compressed !== undefined && !this.isOver) {
        this.#pass(message, compressed, RSV1);
        this.#work();
      } else {
        // It may have waited for other connections' zlib, and have made a stream after ours was freed.
        this.#owner.onOutlived();
      }
    });
  }

  #pass({ flags, data }: Message, payload: Buffer, rsv: number): void {
    this.#waitingFrames -= 1;
    this.#waitingBytes -= data.length;
    super.take(flags | rsv, payload);
  }
}

/** Makes the outbox of one wire: one that compresses if the extension was negotiated. */
export function createOutbox(
  socket: Duplex,
  isMasked: boolean,
  owner: DeflatingOwner,
  deflate: Deflate | undefined,
  { perMessageDeflate }: WireOptions,
): Outbox {
  if (deflate === undefined) return new Outbox(socket, isMasked, owner);
  return new Deflating(socket, isMasked, owner, deflate, typeof perMessageDeflate === 'object' ? perMessageDeflate.threshold : undefined);
}
