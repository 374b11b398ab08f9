import type { DeflateTerms } from '../package/deflate-terms.js';
import { compressLater, compressNow } from './compress.js';
import { type DeflateSettings, DeflateStream, EMPTY } from './deflate-stream.js';
import { zlibJobs } from './zlib-jobs.js';

/** Makes what compresses one connection's messages. */
export function createCompressor({ windowBits, keepsContext }: DeflateTerms, level: number | undefined): Compressor {
  return keepsContext ? new ContextKeeping({ windowBits, level }) : new ContextFree({ windowBits, level });
}

/**
 * Messages of up to this many bytes are compressed at once: in the background they would cost more in all, and hardly
 * less of the event loop.
 */
const MAX_AT_ONCE = 4 * 1024;

/** Messages of up to this many bytes are compressed at once if that is once for many receivers. */
const MAX_SHARED_AT_ONCE = 16 * 1024;

/** Compresses the messages that one connection sends, one at a time. */
export interface Compressor {
  /**
   * Connections with the same key compress a message to the same bytes, which can be shared. `undefined` if a message
   * may refer to earlier ones of its connection, so that nothing can be shared.
   */
  readonly shareKey: string | undefined;
  /** Compresses a short message in this very call; `undefined` if it is to be done in the background. */
  compressNow(data: Buffer, isShared: boolean): Buffer | undefined;
  /** Compresses a message in the background. `undefined` if zlib cannot, or if it was closed meanwhile. */
  compress(data: Buffer, done: (compressed: Buffer | undefined) => void): void;
  /** Frees zlib's memory, once nothing is compressed any more. */
  close(): void;
}

/** Each message by itself: nothing is kept between them. */
class ContextFree implements Compressor {
  readonly shareKey: string;
  readonly #settings: DeflateSettings;

  constructor(settings: DeflateSettings) {
    this.#settings = settings;
    this.shareKey = `${settings.windowBits}/${settings.level}`;
  }

  compressNow(data: Buffer, isShared: boolean): Buffer | undefined {
    return data.length > (isShared ? MAX_SHARED_AT_ONCE : MAX_AT_ONCE) ? undefined : compressNow(data, this.#settings);
  }

  compress(data: Buffer, done: (compressed: Buffer | undefined) => void): void {
    compressLater(data, this.#settings, done);
  }

  close(): void {
    // Nothing is its own.
  }
}

/** Messages that refer to those before them, by a stream that lives as long as the connection. */
class ContextKeeping implements Compressor {
  readonly shareKey = undefined;
  readonly #settings: DeflateSettings;
  #stream: DeflateStream | undefined;
  #isRunning = false;
  #isClosed = false;

  constructor(settings: DeflateSettings) {
    this.#settings = settings;
  }

  compressNow(data: Buffer): Buffer | undefined {
    return data.length === 0 ? EMPTY : undefined;
  }

  compress(data: Buffer, done: (compressed: Buffer | undefined) => void): void {
    zlibJobs.add((release) => {
      if (this.#isClosed) {
        release();
        done(undefined);
        return;
      }
      this.#isRunning = true;
      this.#stream ??= new DeflateStream(this.#settings);
      this.#stream.compress(data, (compressed) => {
        this.#isRunning = false;
        if (compressed === undefined || this.#isClosed) this.#free();
        release();
        done(this.#isClosed ? undefined : compressed);
      });
    });
  }

  close(): void {
    this.#isClosed = true;
    if (!this.#isRunning) this.#free();
  }

  #free(): void {
    this.#stream?.close();
    this.#stream = undefined;
  }
}
