import type { TimelineEvent } from '../../transport/timeline.js';

/** The step that a machine takes in one state on one event. All timelines share it. */
export interface StepShape {
  /** The type of the event; `undefined` for the start of a machine. */
  readonly type: string | undefined;
  readonly from: string;
  readonly to: string;
  readonly effects: readonly string[];
}

/** One entry of a record. Each kind has a class with just its fields, since thousands of connections keep some. */
export type Entry = Step | Noted | RoundTrips;

/**
 * Entries are a list that is linked: an array would keep room for 17 where most timelines have three. Times are in
 * tenths of a ms, and so whole numbers, which cost no object.
 */
abstract class Link {
  at: number;
  next: Entry | undefined = undefined;

  constructor(at: number) {
    this.at = at;
  }
}

/** A step on an event that is no more than its type, or the start of a machine. */
export class Step extends Link {
  readonly shape: StepShape;

  constructor(at: number, shape: StepShape) {
    super(at);
    this.shape = shape;
  }
}

/** A step on an event that says more than its type. */
export class StepOnEvent extends Step {
  readonly event: TimelineEvent;

  constructor(at: number, shape: StepShape, event: TimelineEvent) {
    super(at, shape);
    this.event = event;
  }
}

export class Noted extends Link {
  readonly note: TimelineEvent;

  constructor(at: number, note: TimelineEvent) {
    super(at);
    this.note = note;
  }
}

/** Round trips without another entry between them; in hundredths of a ms. */
export class RoundTrips extends Link {
  count = 1;
  min: number;
  max: number;
  last: number;

  constructor(at: number, roundTripMs: number) {
    super(at);
    this.min = this.max = this.last = Math.round(roundTripMs * 100);
  }

  add(at: number, roundTripMs: number): void {
    this.at = at;
    this.count += 1;
    this.last = Math.round(roundTripMs * 100);
    this.min = Math.min(this.min, this.last);
    this.max = Math.max(this.max, this.last);
  }
}

/** What memory an entry takes beside its event or note, in bytes. */
const ENTRY_BYTES = 60;

/** About how much memory an entry takes, in bytes. */
export function sizeOf(entry: Entry): number {
  if (entry instanceof StepOnEvent) return ENTRY_BYTES + bytesOf(entry.event);
  return ENTRY_BYTES + (entry instanceof Noted ? bytesOf(entry.note) : 0);
}

/** About how much memory plain data takes, in bytes. */
export function bytesOf(data: unknown): number {
  if (typeof data === 'string') return data.length + 16;
  if (typeof data !== 'object' || data === null) return 8;
  return Object.values(data).reduce((sum: number, member) => sum + bytesOf(member), 24);
}
