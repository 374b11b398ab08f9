import type { Readable } from 'node:stream';
import { OptionError } from '../../index.js';

/** The longest line, and the longest stdin that is read as one message, in bytes. */
export const LONGEST_BYTES = 64 * 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;

/** The chunks of a stream, until it ends, or until it is destroyed. */
async function* chunksOf(stream: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) yield Buffer.from(chunk as Buffer);
  } catch (error) {
    // Destroyed without an error it was closed: there is no more input, and nothing has failed.
    if (!stream.destroyed || stream.errored !== null) throw error;
  }
}

const withoutCr = (line: Buffer) => (line.at(-1) === CR ? line.subarray(0, -1) : line);

/** The pieces of one message. */
class Pieces {
  #pieces: Buffer[] = [];
  #length = 0;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  /** @throws {OptionError} when the message becomes too long. */
  add(piece: Buffer): void {
    this.#length += piece.length;
    if (this.#length > LONGEST_BYTES)
      throw new OptionError(`stdin has a message of more than ${LONGEST_BYTES} bytes, which is the most.`);
    this.#pieces.push(piece);
  }

  take(): Buffer {
    const whole = Buffer.concat(this.#pieces);
    this.#pieces = [];
    this.#length = 0;
    return whole;
  }
}

/**
 * Reads lines as bytes. A line ends with LF or CR LF; the last one needs no end.
 *
 * @throws {OptionError} for a line that is too long to be sent; what the stream fails with. By rejection.
 */
export async function* linesOf(stream: Readable): AsyncGenerator<Buffer> {
  const line = new Pieces();
  for await (const chunk of chunksOf(stream)) {
    let from = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, from)) {
      line.add(chunk.subarray(from, end));
      from = end + 1;
      yield withoutCr(line.take());
    }
    line.add(chunk.subarray(from));
  }
  if (!line.isEmpty) yield withoutCr(line.take());
}

/**
 * Reads a stream to its end, as one message; an empty stream is none.
 *
 * @throws as `linesOf`.
 */
export async function* wholeOf(stream: Readable): AsyncGenerator<Buffer> {
  const all = new Pieces();
  for await (const chunk of chunksOf(stream)) all.add(chunk);
  if (!all.isEmpty) yield all.take();
}

/** No input. */
export async function* nothing(): AsyncGenerator<Buffer> {}
