import type { LogEntry } from '../port/broker.js';

/** What is kept of a topic in memory, for those who come back soon: messages, and bytes of them. */
const MOST_ENTRIES = 256;
const MOST_BYTES = 262_144;

/** The last entries of a topic's log that this node has seen, without a hole among them. */
export class Tail {
  #entries: LogEntry[] = [];
  #bytes = 0;
  /** Every entry after this offset is here; `undefined` before the start. */
  #base: number | undefined;

  /** Forgets everything: the next entry is the one after this offset. */
  start(offset: number): void {
    this.#entries = [];
    this.#bytes = 0;
    this.#base = offset;
  }

  push(entry: LogEntry): void {
    // A copy: a broker's payload may be a view of a much larger read.
    this.#entries.push({ ...entry, payload: Buffer.from(entry.payload) });
    this.#bytes += entry.payload.length;
    while (this.#entries.length > MOST_ENTRIES || this.#bytes > MOST_BYTES) {
      const dropped = this.#entries.shift();
      if (dropped === undefined) return;
      this.#bytes -= dropped.payload.length;
      this.#base = dropped.offset;
    }
  }

  /** All entries after an offset; `undefined` if some of them are no longer here. */
  after(offset: number): readonly LogEntry[] | undefined {
    if (this.#base === undefined || offset < this.#base) return undefined;
    const first = this.#entries.findIndex((entry) => entry.offset > offset);
    return first < 0 ? [] : this.#entries.slice(first);
  }
}
