import type { Supervisor } from '../../supervisor/api/supervisor.js';
import { Beginnings } from './beginning.js';
import { type Entry, Step } from './entry.js';
import { MachineRecord, machineOf, type Owner, type RecordedEnd } from './machine-record.js';
import type { RecorderSettings } from './resolve-recorder.js';

/** What memory a record that has ended takes in addition to its entries and its end, in bytes. */
const RECORD_BYTES = 200;

/** The records of all machines, of running ones and of the latest that have ended, within the bounds of a recorder. */
export class RecordStore {
  readonly #settings: RecorderSettings;
  /** Running connections by id, which is unique in the process. */
  readonly #connections = new Map<string, MachineRecord>();
  /** Running dialers and supervisors. */
  readonly #others = new Map<Owner, MachineRecord>();
  /** The records that have ended, the oldest first; connections by their id, others by themselves. */
  readonly #ended = new Map<string | MachineRecord, MachineRecord>();
  /** Of dialers and supervisors that have ended, as long as somebody holds them. */
  readonly #endedOwners = new WeakMap<Owner, MachineRecord>();
  readonly #beginnings = new Beginnings();
  /** About the memory of all entries and ends, in bytes. */
  #bytes = 0;

  constructor(settings: RecorderSettings) {
    this.#settings = settings;
  }

  /** About the memory of all entries and ends, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Makes the record of a machine, unless there is one. */
  begin(owner: Owner, supervisor: Pick<Supervisor, 'clock' | 'name'>, state: string): void {
    if (this.find(owner) !== undefined) return;
    const record = new MachineRecord(owner, this.#beginnings.of(supervisor, state));
    if ('kind' in owner) this.#others.set(owner, record);
    else this.#connections.set(owner.id, record);
  }

  /** Returns the record of a machine, or of the latest one with that id. */
  find(owner: Owner | string): MachineRecord | undefined {
    if (typeof owner !== 'string') {
      if (!('kind' in owner)) return this.connection(owner.id);
      const ended = this.#endedOwners.get(owner);
      return this.#others.get(owner) ?? (ended !== undefined && this.#ended.has(ended) ? ended : undefined);
    }
    return this.connection(owner) ?? this.#otherWith(owner);
  }

  /** Returns the record of a connection. Children may have the id of one that was dropped. */
  connection(id: string): MachineRecord | undefined {
    return this.#connections.get(id) ?? this.#ended.get(id);
  }

  *all(): Iterable<MachineRecord> {
    yield* this.#ended.values();
    yield* this.#others.values();
    yield* this.#connections.values();
  }

  add(record: MachineRecord, entry: Entry): void {
    if (entry instanceof Step && entry.shape.type === undefined && record.isNew)
      record.startWith(this.#beginnings.started(record.beginning, entry.shape));
    else this.#counting(record, () => record.add(entry, this.#settings));
  }

  roundTrip(record: MachineRecord, roundTripMs: number): void {
    this.#counting(record, () => record.roundTrip(roundTripMs, this.#settings));
  }

  /** @param bytes about the memory of the end. */
  end(record: MachineRecord, end: RecordedEnd, bytes: number): void {
    const { owner } = record;
    if (owner === undefined) return;
    record.end = end;
    record.owner = undefined;
    if ('kind' in owner) {
      this.#others.delete(owner);
      this.#endedOwners.set(owner, record);
    } else this.#connections.delete(owner.id);
    this.#ended.set('kind' in owner ? record : owner.id, record);
    record.bytes += bytes + RECORD_BYTES;
    this.#bytes += bytes + RECORD_BYTES;
    this.#trim(record);
  }

  #otherWith(id: string): MachineRecord | undefined {
    const running = [...this.#others].findLast(
      ([owner]) => (machineOf(owner) === 'supervisor' && 'name' in owner ? owner.name : owner.id) === id,
    );
    return running?.[1] ?? [...this.#ended.values()].findLast(({ end }) => end?.id === id);
  }

  #counting(record: MachineRecord, change: () => void): void {
    const before = record.bytes;
    change();
    this.#bytes += record.bytes - before;
    this.#trim(record);
  }

  /** Drops the oldest records that have ended; then what the record that has grown can spare. */
  #trim(grown: MachineRecord): void {
    const { maxTimelines, maxBytes } = this.#settings;
    for (const [key, record] of this.#ended) {
      if (this.#ended.size <= maxTimelines && this.#bytes <= maxBytes) break;
      this.#ended.delete(key);
      this.#bytes -= record.bytes;
    }
    while (this.#bytes > maxBytes) {
      const before = grown.bytes;
      if (grown.owner === undefined || !grown.dropOne()) break;
      this.#bytes += grown.bytes - before;
    }
  }
}
