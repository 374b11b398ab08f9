import type { BrokerMessage, LogEntry, LogPlace, LogRead, LogSpec } from '../cluster/port/broker.js';
import type { Clock } from '../supervisor/api/clock.js';

/** What a log in memory keeps of one key. */
interface Kept {
  entries: LogEntry[];
  /** The offset of the last entry that is no longer kept; 0 if there is none. */
  droppedTo: number;
}

/** A log of the broker in memory. */
export class MemoryLog {
  readonly epoch: string;
  readonly #spec: LogSpec;
  readonly #clock: Clock;
  readonly #keys = new Map<string, Kept>();
  #lastOffset = 0;

  constructor(epoch: string, spec: LogSpec, clock: Clock) {
    this.epoch = epoch;
    this.#spec = spec;
    this.#clock = clock;
  }

  append(key: string, message: BrokerMessage): LogEntry {
    const kept = this.#keptOf(key);
    this.#lastOffset += 1;
    const previous = kept.entries.at(-1)?.offset ?? kept.droppedTo;
    const entry = { ...message, offset: this.#lastOffset, at: this.#clock.wallNow(), previous };
    kept.entries.push(entry);
    this.#drop(kept);
    return entry;
  }

  read(key: string, { offset }: LogPlace, limit: number): LogRead {
    const kept = this.#keptOf(key);
    const entries = kept.entries.filter((entry) => entry.offset > offset).slice(0, limit);
    return { entries, isComplete: offset >= kept.droppedTo };
  }

  last(key: string): LogPlace | undefined {
    const entry = this.#keptOf(key).entries.at(-1);
    return entry === undefined ? undefined : { offset: entry.offset, at: entry.at };
  }

  /** What is kept of a key, without what has become too old. */
  #keptOf(key: string): Kept {
    let kept = this.#keys.get(key);
    if (kept === undefined) {
      kept = { entries: [], droppedTo: 0 };
      this.#keys.set(key, kept);
    }
    this.#drop(kept);
    return kept;
  }

  #drop(kept: Kept): void {
    const { messages, ageMs } = this.#spec;
    const oldest = this.#clock.wallNow() - ageMs;
    const excess = kept.entries.length - messages;
    const firstKept = kept.entries.findIndex(({ at }, index) => index >= excess && at >= oldest);
    const dropped = kept.entries.splice(0, firstKept < 0 ? kept.entries.length : firstKept);
    kept.droppedTo = dropped.at(-1)?.offset ?? kept.droppedTo;
  }
}
