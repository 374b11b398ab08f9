import { deflateRawSync } from 'node:zlib';
import { type DeflateSettings, DeflateStream, EMPTY, TRAILER_BYTES } from './deflate-stream.js';
import { Z_SYNC_FLUSH } from './sync-flush.js';
import { zlibJobs } from './zlib-jobs.js';

/** zlib refers back by so much less than its window. */
const LOOKAHEAD = 262;

const MIN_WINDOW_BITS = 9;

/** What a compressed message may have more than the message itself. */
const OVERHEAD = 64;

/** How many idle streams are kept for the next messages: as many as Node's thread pool has threads by default. */
const MAX_IDLE = 4;

/** The smallest window from which the whole of a message is seen: a larger one would only cost. */
function windowBitsFor(bytes: number, most: number): number {
  let bits = MIN_WINDOW_BITS;
  while (bits < most && 2 ** bits - LOOKAHEAD < bytes) bits += 1;
  return bits;
}

/**
 * Compresses a message that refers to no other, in this very call; for short ones, whose way to a thread and back costs
 * more.
 */
export function compressNow(data: Buffer, { windowBits, level }: DeflateSettings): Buffer {
  if (data.length === 0) return EMPTY;
  const flushed = deflateRawSync(data, {
    finishFlush: Z_SYNC_FLUSH,
    windowBits: windowBitsFor(data.length, windowBits),
    chunkSize: data.length + OVERHEAD,
    ...(level === undefined ? {} : { level }),
  });
  return flushed.subarray(0, -TRAILER_BYTES);
}

/** A stream that waits for work. */
interface Idle {
  readonly settings: DeflateSettings;
  readonly stream: DeflateStream;
}

/**
 * Streams of all connections: zlib takes a quarter of a megabyte for each, and its making longer than many a message.
 */
const idle: Idle[] = [];

function takeStream(settings: DeflateSettings): DeflateStream {
  const at = idle.findIndex(
    (one) => one.settings.windowBits === settings.windowBits && one.settings.level === settings.level,
  );
  return idle.splice(at, at < 0 ? 0 : 1)[0]?.stream ?? new DeflateStream(settings);
}

function giveStream(settings: DeflateSettings, stream: DeflateStream): void {
  stream.reset();
  // The one that has waited longest may be of settings that nobody uses any more.
  if (idle.length === MAX_IDLE) idle.shift()?.stream.close();
  idle.push({ settings, stream });
}

/** Compresses a message that refers to no other, in the background. `undefined` if zlib cannot. */
export function compressLater(
  data: Buffer,
  settings: DeflateSettings,
  done: (compressed: Buffer | undefined) => void,
): void {
  zlibJobs.add((release) => {
    const stream = takeStream(settings);
    stream.compress(data, (compressed) => {
      if (compressed === undefined) stream.close();
      else giveStream(settings, stream);
      release();
      done(compressed);
    });
  });
}
