import { types } from 'node:util';
import { inflateRawSync, type ZlibOptions } from 'node:zlib';
import { GrowingBytes } from '../../protocol/growing-bytes.js';
import { applyKeyBefore } from '../../protocol/unmask.js';
import type { Decompressor } from '../package/decompressor.js';
import type { DeflateTerms } from '../package/deflate-terms.js';
import { History } from './history.js';
import { tooBig } from './inflate-faults.js';
import { InflateStream } from './inflate-stream.js';
import { Z_SYNC_FLUSH } from './sync-flush.js';
import { zlibJobs } from './zlib-jobs.js';

/** What a message leaves out (RFC 7692 section 7.2.2). */
const TRAILER = Buffer.of(0, 0, 0xff, 0xff);

const KEY_BYTES = 4;
const NOTHING = Buffer.alloc(0);

/** Messages of up to this many bytes are inflated at once, if they come to no more than the other number. */
const MAX_AT_ONCE = 4 * 1024;
const MAX_INFLATED_AT_ONCE = 16 * 1024;

/** What may wait behind a message that is being inflated before its socket is to be held. */
export const MAX_BEHIND = 64 * 1024;

/**
 * What a message is guessed to come to, times its size: a larger guess would be memory held for nothing, a smaller one
 * a copy.
 */
const GUESS = 4;
const LEAST_GUESS = 1024;

/** The masking key and the payload of the message being inflated at once, and the trailer behind it. */
const room = Buffer.allocUnsafeSlow(KEY_BYTES + MAX_AT_ONCE + TRAILER.length);

/** What zlib gives when asked for `info`. */
interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

function inflate(data: Buffer, options: ZlibOptions): Inflated {
  // The types of Node leave out what `info` does.
  return inflateRawSync(data, { ...options, finishFlush: Z_SYNC_FLUSH, info: true }) as unknown as Inflated;
}

/**
 * Inflates the messages that a peer sends: short ones at once, longer ones and fragments in the background. Between
 * messages it keeps what they came to, if the next may refer to it, and nothing of zlib's.
 */
export class Inflater implements Decompressor {
  readonly #windowBits: number;
  readonly #maxPayload: number;
  readonly #keepsContext: boolean;
  #history: History | undefined;
  /** That of the message whose fragments are being inflated. */
  #stream: InflateStream | undefined;
  /**
   * What its fragments have come to so far: its receiver would keep each apart, and small ones cost more than they
   * hold.
   */
  #parts: GrowingBytes | undefined;
  #isRunning = false;
  #isClosed = false;

  constructor({ windowBits, keepsContext }: DeflateTerms, maxPayload: number) {
    this.#windowBits = windowBits;
    this.#maxPayload = maxPayload;
    this.#keepsContext = keepsContext;
  }

  /**
   * Inflates a whole message in this very call, or says what is wrong with it; `undefined` if it is to be done in the
   * background. The frame stays as it is.
   *
   * @param from where its payload begins.
   */
  inflateNow(frame: Buffer, from: number, isMasked: boolean): Buffer | Error | undefined {
    const size = frame.length - from;
    if (size > MAX_AT_ONCE) return undefined;
    const to = KEY_BYTES + size;
    if (isMasked) {
      frame.copy(room, 0, from - KEY_BYTES);
      applyKeyBefore(room, KEY_BYTES, to);
    } else {
      frame.copy(room, KEY_BYTES, from);
    }
    TRAILER.copy(room, to);
    return this.#inflateNow(room.subarray(KEY_BYTES, to + TRAILER.length), Math.max(LEAST_GUESS, GUESS * size));
  }

  #inflateNow(data: Buffer, chunkSize: number): Buffer | Error | undefined {
    try {
      const { buffer, engine } = inflate(data, {
        windowBits: this.#windowBits,
        chunkSize,
        maxOutputLength: Math.min(this.#maxPayload, MAX_INFLATED_AT_ONCE),
        ...(this.#history === undefined ? {} : { dictionary: this.#history.bytes }),
      });
      this.#remember(buffer, engine.bytesWritten < data.length);
      return buffer;
    } catch (error) {
      // Not by its class: where a test runner gives each file globals of its own, Node's errors are of none of them.
      if (!types.isNativeError(error)) throw error;
      if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') return error;
      return this.#maxPayload <= MAX_INFLATED_AT_ONCE ? tooBig() : undefined;
    }
  }

  decompress(data: Buffer, fin: boolean, done: (error: Error | null, data?: Buffer) => void): void {
    zlibJobs.add((release) => {
      if (this.#isClosed) {
        release();
        done(new Error('the connection has ended'));
        return;
      }
      this.#isRunning = true;
      const stream = (this.#stream ??= new InflateStream(this.#windowBits, this.#history?.bytes, this.#maxPayload));
      stream.inflate(fin ? Buffer.concat([data, TRAILER]) : data, (result) => {
        this.#isRunning = false;
        const isFault = !Buffer.isBuffer(result);
        if (!isFault) this.#remember(result, stream.hasEnded);
        if (isFault || fin || stream.hasEnded || this.#isClosed) this.#free();
        release();
        if (isFault) done(result);
        else this.#deliver(result, fin, done);
      });
    });
  }

  /** Collects the parts of a message: the receiver gets it whole. */
  #deliver(part: Buffer, fin: boolean, done: (error: Error | null, data?: Buffer) => void): void {
    if ((this.#parts?.length ?? 0) + part.length > this.#maxPayload) {
      done(tooBig());
    } else if (fin && this.#parts === undefined) {
      done(null, part);
    } else {
      this.#parts ??= new GrowingBytes();
      this.#parts.add(part);
      const whole = fin ? this.#parts.take() : NOTHING;
      if (fin) this.#parts = undefined;
      done(null, whole);
    }
  }

  /** Frees what is kept, once nothing is inflated any more. */
  close(): void {
    this.#isClosed = true;
    this.#history = this.#parts = undefined;
    if (!this.#isRunning) this.#free();
  }

  /** What comes behind a last block refers to nothing before it. */
  #remember(inflated: Buffer, hasEnded: boolean): void {
    if (hasEnded || !this.#keepsContext || this.#isClosed) this.#history = undefined;
    else if (inflated.length > 0) (this.#history ??= new History(this.#windowBits)).add(inflated);
  }

  #free(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }
}
