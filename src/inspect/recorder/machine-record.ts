import type { Clock } from '../../supervisor/api/clock.js';
import type { Connection } from '../../supervisor/api/connection.js';
import type { Dialer } from '../../supervisor/api/dialer.js';
import type { Supervisor } from '../../supervisor/api/supervisor.js';
import type { Timeline, TimelineEvent, TimelineExit, TimelineSupervisorReport } from '../../transport/timeline.js';
import type { RecordedReport } from './recorded-report.js';

/** The step that a machine takes in one state on one event. All timelines share it. */
export interface StepShape {
  /** The type of the event; `undefined` for the start of a machine. */
  readonly type: string | undefined;
  readonly from: string;
  readonly to: string;
  readonly effects: readonly string[];
}

/**
 * One entry, in a list that is linked: an array would keep room for 17 where most timelines have three. Times are in
 * tenths of a ms, and so whole numbers, which cost no object.
 */
export class Entry {
  at: number;
  next: Entry | undefined = undefined;
  /** `undefined` for a note. */
  readonly shape: StepShape | undefined;
  /** What a step's event has in addition to its type; the whole note. */
  readonly payload: TimelineEvent | undefined;

  constructor(at: number, shape: StepShape | undefined, payload: TimelineEvent | undefined) {
    this.at = at;
    this.shape = shape;
    this.payload = payload;
  }
}

/** Round trips without another entry between them; in hundredths of a ms. */
export class RoundTrips extends Entry {
  count = 1;
  min: number;
  max: number;
  last: number;

  constructor(at: number, roundTripMs: number) {
    super(at, undefined, undefined);
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

/** How a machine ended, and what is needed of it when it is gone. */
export type RecordedEnd = {
  readonly id: string;
  /** Tenths of a ms since the beginning. */
  readonly at: number;
  /** When the record began, Unix ms. */
  readonly beganAt: number;
} & (
  | { readonly machine: 'connection'; readonly report: RecordedReport }
  | { readonly machine: 'dialer'; readonly exit: TimelineExit }
  | { readonly machine: 'supervisor'; readonly report: TimelineSupervisorReport }
);

export function machineOf(owner: Owner): Timeline['machine'] {
  return 'kind' in owner ? owner.kind : 'connection';
}

/** What memory an entry takes beside its payload, in bytes. */
const ENTRY_BYTES = 60;

/** The bounds of one record. */
export interface RecordBounds {
  readonly maxEntriesEach: number;
  readonly maxBytesEach: number;
}

/** Whose machine it is. */
export type Owner = Connection<unknown> | Dialer | Supervisor;

/** The entries of one machine. There may be 100,000 of them, so they are small: most have two entries, or none. */
export class MachineRecord {
  readonly clock: Clock;
  readonly supervisor: string;
  /** Monotonic ms. */
  readonly began: number;
  /** The state that it was in, as a path. */
  readonly startsIn: string;
  /** `undefined` when it has ended. */
  owner: Owner | undefined;
  end: RecordedEnd | undefined = undefined;
  bytes = 0;
  dropped: { steps: number; notes: number } | undefined = undefined;
  #first: Entry | undefined = undefined;
  #last: Entry | undefined = undefined;
  #count = 0;

  constructor(owner: Owner, { clock, name }: Pick<Supervisor, 'clock' | 'name'>, startsIn: string) {
    this.startsIn = startsIn;
    this.owner = owner;
    this.clock = clock;
    this.supervisor = name;
    this.began = Math.floor(clock.now());
  }

  get machine(): Timeline['machine'] {
    return this.owner === undefined ? (this.end?.machine ?? 'connection') : machineOf(this.owner);
  }

  /** The time on the record's own clock, in tenths of a ms. */
  now(): number {
    return Math.max(0, Math.round((this.clock.now() - this.began) * 10));
  }

  *entries(): Iterable<Entry> {
    for (let entry = this.#first; entry !== undefined; entry = entry.next) yield entry;
  }

  /** Adds an entry within the bounds, which may cost an older one. */
  add(entry: Entry, bounds: RecordBounds): void {
    if (this.#last === undefined) this.#first = entry;
    else this.#last.next = entry;
    this.#last = entry;
    this.#count += 1;
    this.bytes += sizeOf(entry);
    while (this.#count > bounds.maxEntriesEach || this.bytes > bounds.maxBytesEach) if (!this.dropOne()) break;
  }

  roundTrip(roundTripMs: number, bounds: RecordBounds): void {
    if (this.#last instanceof RoundTrips) this.#last.add(this.now(), roundTripMs);
    else this.add(new RoundTrips(this.now(), roundTripMs), bounds);
  }

  /**
   * Drops the oldest note, or step that led nowhere; if there is none, the oldest step, except of a connection, whose
   * few steps decide its report.
   *
   * @returns whether there was one to be dropped.
   */
  dropOne(): boolean {
    const seen = new Set<unknown>();
    let before: Entry | undefined;
    for (const entry of this.entries()) {
      const kind = essenceOf(entry);
      if (kind === undefined || seen.has(kind)) {
        this.#drop(entry, before);
        return true;
      }
      if (kind !== entry) seen.add(kind);
      before = entry;
    }
    if (this.machine === 'connection' || this.#first === undefined) return false;
    this.#drop(this.#first, undefined);
    return true;
  }

  #drop(entry: Entry, before: Entry | undefined): void {
    if (before === undefined) this.#first = entry.next;
    else before.next = entry.next;
    if (entry === this.#last) this.#last = before;
    this.#count -= 1;
    this.bytes -= sizeOf(entry);
    this.dropped ??= { steps: 0, notes: 0 };
    if (entry.shape === undefined) this.dropped.notes += 1;
    else this.dropped.steps += 1;
  }
}

/**
 * What makes an entry worth more than a note: itself, if it changed the state or ended the connection; its kind, if
 * only the first of its kind matters; `undefined` for notes, and for events that a state does not take.
 */
function essenceOf(entry: Entry): unknown {
  const { shape, payload } = entry;
  if (shape === undefined) return payload?.type === 'subscriber.threw' ? payload.type : undefined;
  if (shape.from !== shape.to || shape.type === undefined || shape.type === 'wire.closed') return entry;
  return shape.effects.length === 0 ? undefined : shape;
}

function sizeOf({ payload }: Entry): number {
  return ENTRY_BYTES + (payload === undefined ? 0 : bytesOf(payload));
}

/** About how much memory plain data takes, in bytes. */
export function bytesOf(data: unknown): number {
  if (typeof data === 'string') return data.length + 16;
  if (typeof data !== 'object' || data === null) return 8;
  return Object.values(data).reduce((sum: number, member) => sum + bytesOf(member), 24);
}
