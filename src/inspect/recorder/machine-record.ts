import type { Connection } from '../../supervisor/api/connection.js';
import type { Dialer } from '../../supervisor/api/dialer.js';
import type { Supervisor } from '../../supervisor/api/supervisor.js';
import type { Timeline, TimelineExit, TimelineSupervisorReport } from '../../transport/timeline.js';
import type { Beginning } from './beginning.js';
import { type Entry, Noted, RoundTrips, Step, sizeOf } from './entry.js';
import type { RecordedReport } from './recorded-report.js';

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

/** The bounds of one record. */
export interface RecordBounds {
  readonly maxEntriesEach: number;
  readonly maxBytesEach: number;
}

/** Whose machine it is. */
export type Owner = Connection<unknown> | Dialer | Supervisor;

/**
 * The entries of one machine. There may be 100,000 of them, so they are small: most have three entries, or none, and
 * what begins alike shares its beginning.
 */
export class MachineRecord {
  /** `undefined` when it has ended. */
  owner: Owner | undefined;
  end: RecordedEnd | undefined = undefined;
  bytes = 0;
  dropped: { steps: number; notes: number } | undefined = undefined;
  #beginning: Beginning;
  /** Tenths of a ms since the zero of the beginning. */
  readonly #began: number;
  #first: Entry | undefined = undefined;
  #last: Entry | undefined = undefined;
  #count = 0;

  constructor(owner: Owner, beginning: Beginning) {
    this.owner = owner;
    this.#beginning = beginning;
    this.#began = Math.round((beginning.clock.now() - beginning.zero) * 10);
  }

  get machine(): Timeline['machine'] {
    return this.owner === undefined ? (this.end?.machine ?? 'connection') : machineOf(this.owner);
  }

  get beginning(): Beginning {
    return this.#beginning;
  }

  /** When the record began, Unix ms, by the wall clock as it is set now. */
  get beganAt(): number {
    return Math.round(this.#beginning.clock.wallNow() - this.now() / 10);
  }

  /** The time on the record's own clock, in tenths of a ms. */
  now(): number {
    const { clock, zero } = this.#beginning;
    return Math.max(0, Math.round((clock.now() - zero) * 10) - this.#began);
  }

  *entries(): Iterable<Entry> {
    const { start } = this.#beginning;
    if (start !== undefined) yield new Step(0, start);
    yield* this.#listed();
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

  /** Whether the machine's start would be its first entry, and at its beginning: it need not be an entry then. */
  get isNew(): boolean {
    return this.#count === 0 && this.#beginning.start === undefined && this.dropped === undefined && this.now() === 0;
  }

  /** Takes the start of the machine as a part of its beginning. */
  startWith(beginning: Beginning): void {
    this.#beginning = beginning;
    this.#count += 1;
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
    for (const entry of this.#listed()) {
      const kind = essenceOf(entry);
      if (kind === undefined || seen.has(kind)) {
        this.#drop(entry, before);
        return true;
      }
      if (kind !== entry) seen.add(kind);
      before = entry;
    }
    if (this.machine === 'connection') return false;
    if (this.#beginning.start !== undefined) {
      this.#beginning = { ...this.#beginning, startsIn: this.#beginning.start.to, start: undefined };
      this.#forget('steps');
      return true;
    }
    if (this.#first === undefined) return false;
    this.#drop(this.#first, undefined);
    return true;
  }

  *#listed(): Iterable<Entry> {
    for (let entry = this.#first; entry !== undefined; entry = entry.next) yield entry;
  }

  #drop(entry: Entry, before: Entry | undefined): void {
    if (before === undefined) this.#first = entry.next;
    else before.next = entry.next;
    if (entry === this.#last) this.#last = before;
    this.bytes -= sizeOf(entry);
    this.#forget(entry instanceof Step ? 'steps' : 'notes');
  }

  #forget(what: 'steps' | 'notes'): void {
    this.#count -= 1;
    this.dropped ??= { steps: 0, notes: 0 };
    this.dropped[what] += 1;
  }
}

/**
 * What makes an entry worth more than a note: itself, if it changed the state or ended the connection; its kind, if
 * only the first of its kind matters; `undefined` for notes, and for events that a state does not take.
 */
function essenceOf(entry: Entry): unknown {
  if (entry instanceof Noted && entry.note.type === 'subscriber.threw') return entry.note.type;
  if (!(entry instanceof Step)) return undefined;
  const { shape } = entry;
  if (shape.from !== shape.to || shape.type === undefined || shape.type === 'wire.closed') return entry;
  return shape.effects.length === 0 ? undefined : shape;
}
