import type { TopicPosition } from '../api/position.js';
import type { LogEntry } from '../port/broker.js';

/** What a feed reports. */
export interface FeedSink {
  deliver(entry: LogEntry): void;
  /** Entries after this position are lost. */
  gap(from: TopicPosition | undefined): void;
  /** Where the members stand has changed other than by what was delivered. */
  restated(isComplete: boolean): void;
  caughtUp(count: number): void;
  failed(error: unknown): void;
}
