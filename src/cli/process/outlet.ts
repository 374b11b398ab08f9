import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** The most bytes that wait for a reader: some thousand lines. */
export const MAX_WAITING_BYTES = 1024 * 1024;

/** How long to wait after a failed write before the next, in ms: a full disk stays full for a while. */
export const TRY_AGAIN_AFTER_MS = 1000;

/** How long the end of a command waits for its readers, in ms. */
export const FLUSH_WITHIN_MS = 2000;

/** How an outlet reports lines that it could not write. */
export interface OutletOptions {
  /** Makes the line that stands in for `lines` missing ones. */
  readonly gap: (lines: number) => string;
  /** Called when writing begins to fail; again only after it has worked in between. */
  readonly onFailed: (error: Error) => void;
  /** Monotonic time in ms. */
  readonly now: () => number;
}

/**
 * Writes lines to a stream whose reader may stall or go away, and whose disk may be full. None of this ends the service
 * or fills its memory: lines that cannot be written are dropped and counted, and the count is written once that is
 * possible.
 */
export class Outlet {
  readonly #stream: Writable;
  readonly #options: OutletOptions;
  /** The number of dropped lines that are not reported yet. */
  #missing = 0;
  #failedAt: number | undefined;

  constructor(stream: Writable, options: OutletOptions) {
    this.#stream = stream;
    this.#options = options;
    // The callback of each write gets its error as well; without a listener the error would end the process.
    stream.on('error', () => {});
    stream.on('drain', () => this.#fillGap());
  }

  /** Writes a line, or drops it. */
  write(line: string): void {
    const bytes = Buffer.from(line);
    if (!this.#takes(bytes.length)) {
      this.#missing += 1;
      return;
    }
    this.#fillGap();
    this.#put(bytes, 1);
  }

  /**
   * Resolves when no line is waiting, or none can be written. Never rejects; waits for a stalled reader without limit.
   */
  flushed(): Promise<void> {
    if (this.#missing > 0) this.#reportGap();
    return flushed(this.#stream);
  }

  /**
   * After lines were dropped, half of the room must be free before more are taken: otherwise every other line would
   * report a gap.
   */
  #takes(bytes: number): boolean {
    if (this.#failedAt !== undefined && this.#options.now() - this.#failedAt < TRY_AGAIN_AFTER_MS) return false;
    const { writableLength } = this.#stream;
    const room = this.#missing > 0 ? MAX_WAITING_BYTES / 2 : MAX_WAITING_BYTES;
    return writableLength === 0 || writableLength + bytes <= room;
  }

  #fillGap(): void {
    if (this.#missing > 0 && this.#takes(0)) this.#reportGap();
  }

  #reportGap(): void {
    const missing = this.#missing;
    this.#missing = 0;
    // A full disk may have taken part of the last line.
    const start = this.#failedAt === undefined ? '' : '\n';
    this.#put(Buffer.from(start + this.#options.gap(missing)), missing);
  }

  /** @param lines the number of lines that are missing if this text cannot be written. */
  #put(bytes: Buffer, lines: number): void {
    this.#stream.write(bytes, (error) => {
      if (error === null || error === undefined) {
        this.#failedAt = undefined;
        return;
      }
      const isNews = this.#failedAt === undefined;
      this.#missing += lines;
      this.#failedAt = this.#options.now();
      if (isNews) this.#options.onFailed(error);
    });
  }
}

/** Resolves when a stream has passed on all that was written to it, or cannot. Never rejects. */
export function flushed(stream: Writable): Promise<void> {
  if (stream.writableLength === 0 && !stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}

/** Resolves with `waited`, at the latest after `ms`. */
export async function atMost(ms: number, waited: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  const late = delay(ms, undefined, { signal: patience.signal }).catch(() => {});
  await Promise.race([waited, late]);
  patience.abort();
}
