import type { Duplex } from 'node:stream';
import type { Unconfirmed } from '../close-report.js';
import type { PreparedFrame } from '../frame.js';
import { BINARY, TEXT } from '../protocol/framing.js';
import { RSV1 } from '../protocol/payload-rules.js';
import type { WireOptions } from '../transport.js';
import type { Fate } from '../wire-fact.js';
import type { Compressor } from './deflate/compressor.js';
import { Outbox } from './write/outbox.js';
import type { OutboxOwner } from './write/outbox-owner.js';
import { QUEUED_COSTS } from './write/piece.js';
import { sharedMessage } from './write/shared-message.js';

/** Makes the outbox of one wire: one that compresses if the extension was negotiated. */
export function createOutbox(
  socket: Duplex,
  isMasked: boolean,
  owner: OutboxOwner,
  compressor: Compressor | undefined,
  { perMessageDeflate }: WireOptions,
): Outbox {
  if (compressor === undefined) return new Outbox(socket, isMasked, owner);
  return new Deflating(
    socket,
    isMasked,
    owner,
    compressor,
    typeof perMessageDeflate === 'object' ? perMessageDeflate.threshold : undefined,
  );
}

/** Messages smaller than this many bytes are not compressed unless the options say otherwise. */
const DEFAULT_THRESHOLD = 1024;

/** A message on its way to be sent. */
interface Message {
  readonly data: Buffer;
  readonly flags: number;
  /** What it was prepared as. */
  readonly prepared?: PreparedFrame;
}

/** A message, or what is to be done once the messages before it are framed. */
type Job = Message | { readonly onceFramed: () => void } | { readonly confirm: (fate: Fate) => void };

/**
 * An outbox that compresses messages, one after the other: short ones at once, longer ones in the background; and
 * prepared ones once for all outboxes. What comes after a message that is being compressed in the background waits
 * behind it, the Close frame included. Control frames may overtake, as RFC 6455 section 5.4 allows.
 */
export class Deflating extends Outbox {
  readonly #compressor: Compressor;
  readonly #threshold: number;
  #jobs: Job[] = [];
  /** Whether a message is being compressed in the background, or those behind it are about to be sent. */
  #isBusy = false;
  /** Messages that wait here or are being compressed. */
  #waitingFrames = 0;
  #waitingBytes = 0;
  /** Messages that were thrown away here. */
  #lostFrames = 0;
  #lostBytes = 0;

  constructor(
    socket: Duplex,
    isMasked: boolean,
    owner: OutboxOwner,
    compressor: Compressor,
    threshold = DEFAULT_THRESHOLD,
  ) {
    super(socket, isMasked, owner);
    this.#compressor = compressor;
    this.#threshold = threshold;
  }

  override get takesFramed(): boolean {
    return super.takesFramed && this.#compressor.shareKey !== undefined;
  }

  override get bufferedBytes(): number {
    return super.bufferedBytes + this.#waitingBytes;
  }

  /** Before compression: there may be more of these than bytes that wait. */
  override get bufferedPayloadBytes(): number {
    return this.counts.unsettledBytes + this.#waitingBytes;
  }

  override get heldBytes(): number {
    return super.heldBytes + this.#jobs.length * QUEUED_COSTS;
  }

  override get unconfirmed(): Unconfirmed {
    return this.#withOwn(super.unconfirmed);
  }

  override get unwritten(): Unconfirmed {
    return this.#withOwn(super.unwritten);
  }

  /** What is being compressed when the socket is gone goes nowhere. */
  override get discarded(): Unconfirmed {
    const { frames, bytes } = super.discarded;
    const [waitingFrames, waitingBytes] = this.isOver ? [this.#waitingFrames, this.#waitingBytes] : [0, 0];
    return { frames: frames + this.#lostFrames + waitingFrames, bytes: bytes + this.#lostBytes + waitingBytes };
  }

  /** Takes one data message and returns its size in bytes before compression. */
  override take(flags: number, data: string | Uint8Array): number {
    const payload =
      typeof data === 'string' ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.length);
    this.#takeMessage({ data: payload, flags });
    return payload.length;
  }

  override takePrepared(prepared: PreparedFrame): void {
    this.#takeMessage({ data: prepared.data, flags: prepared.isBinary ? BINARY : TEXT, prepared });
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

  #withOwn({ frames, bytes }: Unconfirmed): Unconfirmed {
    return {
      frames: frames + this.#waitingFrames + this.#lostFrames,
      bytes: bytes + this.#waitingBytes + this.#lostBytes,
    };
  }

  #takeMessage(message: Message): void {
    if (!this.#isBusy && this.#sendNow(message)) return;
    this.#waitingFrames += 1;
    this.#waitingBytes += message.data.length;
    if (this.#isBusy) this.#jobs.push(message);
    else this.#sendLater(message);
  }

  /** Sends a message if that needs no work in the background. */
  #sendNow({ data, flags, prepared }: Message): boolean {
    const key = this.#compressor.shareKey;
    if (data.length < this.#threshold) {
      if (prepared === undefined) super.take(flags, data);
      else super.takePrepared(prepared);
    } else if (prepared !== undefined && key !== undefined) {
      const { queued } = sharedMessage(prepared, key, this.#compressor);
      if (queued === undefined) return false;
      super.takeFramed(queued);
    } else {
      const compressed = this.#compressor.compressNow(data, false);
      if (compressed === undefined) return false;
      super.take(flags | RSV1, compressed, data.length);
    }
    return true;
  }

  #sendLater({ data, flags, prepared }: Message): void {
    this.#isBusy = true;
    const key = this.#compressor.shareKey;
    if (prepared !== undefined && key !== undefined) {
      sharedMessage(prepared, key, this.#compressor).whenReady((queued) => {
        this.#goOn(data, () => super.takeFramed(queued));
      });
    } else {
      this.#compressor.compress(data, (compressed) => {
        // What zlib cannot compress goes out as it is.
        this.#goOn(data, () =>
          compressed === undefined ? super.take(flags, data) : super.take(flags | RSV1, compressed, data.length),
        );
      });
    }
  }

  /** Sends the message that was being compressed, and what waited behind it. */
  #goOn(data: Buffer, send: () => void): void {
    if (this.isOver) return;
    this.#leave(data);
    send();
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) {
      if ('onceFramed' in job) {
        job.onceFramed();
      } else if ('confirm' in job) {
        super.confirm(job.confirm);
      } else if (this.#sendNow(job)) {
        this.#leave(job.data);
      } else {
        this.#sendLater(job);
        return;
      }
    }
    this.#isBusy = false;
  }

  #leave(data: Buffer): void {
    this.#waitingFrames -= 1;
    this.#waitingBytes -= data.length;
  }
}
