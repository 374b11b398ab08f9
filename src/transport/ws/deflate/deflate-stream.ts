import { createDeflateRaw, type DeflateRaw } from 'node:zlib';
import { Z_SYNC_FLUSH } from './sync-flush.js';

/** How messages are compressed. */
export interface DeflateSettings {
  readonly windowBits: number;
  /** zlib's level; its own default if `undefined`. */
  readonly level: number | undefined;
}

/** What a flush ends with and a message leaves out (RFC 7692 section 7.2.1): `00 00 ff ff`. */
export const TRAILER_BYTES = 4;

/** What an empty message is sent as (section 7.2.3.6): a second flush in a row would make zlib write nothing at all. */
export const EMPTY = Buffer.of(0);

/**
 * A zlib that compresses one message after the other in the background, each in a single job; the later refer to the
 * earlier.
 */
export class DeflateStream {
  readonly #stream: DeflateRaw;
  #chunks: Buffer[] = [];
  #done: ((compressed: Buffer | undefined) => void) | undefined;

  constructor({ windowBits, level }: DeflateSettings) {
    // To flush at each write spares the second job that a flush of its own would be.
    this.#stream = createDeflateRaw({
      flush: Z_SYNC_FLUSH,
      windowBits,
      ...(level === undefined ? {} : { level }),
    });
    this.#stream.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    this.#stream.on('error', () => this.#finish(undefined));
  }

  /** Compresses one message; one at a time. `undefined` if zlib cannot, for example because there is no memory. */
  compress(data: Buffer, done: (compressed: Buffer | undefined) => void): void {
    this.#done = done;
    this.#stream.write(data, (error) => this.#finish((error ?? undefined) === undefined ? this.#message() : undefined));
  }

  /** Forgets the messages so far, so that the next refers to none of them; not while one is compressed. */
  reset(): void {
    this.#stream.reset();
  }

  /** Frees zlib's memory; not while a message is compressed. */
  close(): void {
    this.#stream.destroy();
  }

  #message(): Buffer {
    const chunks = this.#chunks;
    this.#chunks = [];
    const [first] = chunks;
    const flushed = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
    return flushed.subarray(0, -TRAILER_BYTES);
  }

  #finish(compressed: Buffer | undefined): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(compressed);
  }
}
