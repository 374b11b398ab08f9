import type { LogEntry } from '../port/broker.js';

/** How many entries wait for those before them, and bytes of them. */
const MOST_ENTRIES = 512;
const MOST_BYTES = 1_048_576;

/** Entries that have come before others that precede them. Bounded: those that do not fit are read again later. */
export class EarlyEntries {
  readonly #entries = new Map<number, LogEntry>();
  #bytes = 0;

  /** Keeps an entry. `false` if there is no room. */
  keep(entry: LogEntry): boolean {
    if (this.#entries.has(entry.offset)) return true;
    if (this.#entries.size >= MOST_ENTRIES || this.#bytes + entry.payload.length > MOST_BYTES) return false;
    this.#entries.set(entry.offset, entry);
    this.#bytes += entry.payload.length;
    return true;
  }

  /** Takes out the entry that follows an offset, if it is here, and drops those that are not after it. */
  takeAfter(offset: number): LogEntry | undefined {
    let next: LogEntry | undefined;
    for (const entry of this.#entries.values()) {
      if (entry.offset <= offset) this.#drop(entry);
      else if ((entry.previous ?? 0) <= offset) next = entry;
    }
    if (next !== undefined) this.#drop(next);
    return next;
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  #drop(entry: LogEntry): void {
    this.#entries.delete(entry.offset);
    this.#bytes -= entry.payload.length;
  }
}
