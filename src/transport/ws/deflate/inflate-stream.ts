import { createInflateRaw, type InflateRaw } from 'node:zlib';
import { tooBig } from './inflate-faults.js';

/**
 * A zlib that inflates the parts of one message in the background, each in a single job if it comes to no more than a
 * chunk.
 */
export class InflateStream {
  readonly #stream: InflateRaw;
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #fed = 0;
  #done: ((result: Buffer | Error) => void) | undefined;

  /** @param maxBytes that a part may come to: no more than a chunk beyond that is inflated. */
  constructor(windowBits: number, history: Buffer | undefined, maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#stream = createInflateRaw({ windowBits, ...(history === undefined ? {} : { dictionary: history }) });
    this.#stream.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#stream.on('error', (error) => this.#finish(error));
  }

  /**
   * Whether the peer has ended its compressed data, with a last block (RFC 7692 section 7.2.3.4): nothing behind it is
   * read.
   */
  get hasEnded(): boolean {
    return this.#stream.bytesWritten < this.#fed;
  }

  /** Inflates one part; one at a time. */
  inflate(data: Buffer, done: (result: Buffer | Error) => void): void {
    this.#done = done;
    this.#fed += data.length;
    this.#stream.write(data, (error) => this.#finish(error ?? this.#part()));
  }

  /** Frees zlib's memory; not while a part is inflated. */
  close(): void {
    this.#stream.destroy();
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes <= this.#maxBytes) return;
    // Between two jobs of zlib's: it goes on with this part only when this listener has returned.
    this.close();
    this.#finish(tooBig());
  }

  #part(): Buffer {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.#bytes = 0;
    const [first] = chunks;
    return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
  }

  #finish(result: Buffer | Error): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(result);
  }
}
