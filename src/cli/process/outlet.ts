import type { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** What may wait for a reader, in bytes: some thousand lines. */
export const MAX_WAITING_BYTES = 1024 * 1024;

/** How long a stream that has failed is left alone, in ms: a full disk is not emptied between two lines. */
export const TRY_AGAIN_AFTER_MS = 1000;

/** How long an end waits for readers that may have stalled, in ms. */
export const FLUSH_WITHIN_MS = 2000;

/** How an outlet reports what became of its lines. */
export interface OutletOptions {
  /** Makes the line that stands where so many are missing. */
  readonly gap: (lines: number) => string;
  /** Told when writing begins to fail; again only after it has worked. */
  readonly onFailed: (error: Error) => void;
  /** Monotonic time in ms. */
  readonly now: () => number;
}

/**
 * A stream that a service writes lines to. Whatever happens to it, the service neither ends nor grows: a reader may
 * stall or go away, a disk may be full. What cannot be written is dropped and counted, and the count is written once
 * that is possible.
 */
export class Outlet {
  readonly #stream: Writable;
  readonly #options: OutletOptions;
  /** Lines that are missing, and not yet reported. */
  #missing = 0;
  #failedAt: number | undefined;

  constructor(stream: Writable, options: OutletOptions) {
    this.#stream = stream;
    this.#options = options;
    // Each failure comes to the callback of its write as well; without a listener it would end the process.
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
   * Resolves when nothing waits any more, or nothing can be written. Never rejects; a reader that stalls is awaited for
   * ever.
   */
  flushed(): Promise<void> {
    if (this.#missing > 0) this.#reportGap();
    return flushed(this.#stream);
  }

  /**
   * A reader that was too slow is given half of the room back before it gets more: else every other line would report a
   * gap.
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
    // Of the last line that a full disk took there may be a part.
    const start = this.#failedAt === undefined ? '' : '\n';
    this.#put(Buffer.from(start + this.#options.gap(missing)), missing);
  }

  /** @param lines how many are missing if this cannot be written. */
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

/** Resolves when all that was written to a stream has left it, or never will. Never rejects. */
export function flushed(stream: Writable): Promise<void> {
  if (stream.writableLength === 0 && !stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}

/** Resolves when `waited` has, and at the latest after `ms`. */
export async function atMost(ms: number, waited: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  const late = delay(ms, undefined, { signal: patience.signal }).catch(() => {});
  await Promise.race([waited, late]);
  patience.abort();
}
