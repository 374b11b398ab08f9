import type { Revealable, Timeline, TimelineBase, TimelineEntry } from '../../transport/timeline.js';
import { askerOf } from './asker.js';
import { type Entry, Noted, RoundTrips, StepOnEvent } from './entry.js';
import { type MachineRecord, machineOf, type Owner, type RecordedEnd } from './machine-record.js';
import { begunOf, factsOf, readReport } from './recorded-report.js';

/** Makes the timeline of a record, as users get it. */
export function timelineFrom(record: MachineRecord, redacted: readonly Revealable[]): Timeline | undefined {
  const { owner, end, machine, beginning } = record;
  const recorded = [...record.entries()].map((entry) => entryOf(entry, machine));
  const entries = recorded.slice(startOf(recorded));
  const first = entries.find((entry) => entry.type === 'step');
  const about = owner === undefined ? end : { id: idOf(owner), beganAt: record.beganAt };
  if (about === undefined) return undefined;
  const base: TimelineBase = {
    version: 1,
    id: about.id,
    supervisor: beginning.supervisor,
    beganAt: about.beganAt,
    startsIn: first?.from ?? beginning.startsIn,
    entries,
    dropped: droppedOf(record, recorded.slice(0, recorded.length - entries.length)),
    redacted,
  };
  return end === undefined ? living(base, owner) : ended(base, end);
}

/** Where the entries begin that follow one another: the recorder was detached before, and attached again. */
function startOf(entries: readonly TimelineEntry[]): number {
  let state: string | undefined;
  let start = 0;
  for (const [index, entry] of entries.entries()) {
    if (entry.type === 'note') continue;
    if (state !== undefined && entry.from !== state && entry.event !== undefined) start = index;
    state = entry.to;
  }
  return start;
}

function droppedOf({ dropped }: MachineRecord, before: readonly TimelineEntry[]): TimelineBase['dropped'] {
  const steps = before.filter(({ type }) => type === 'step').length;
  return { steps: (dropped?.steps ?? 0) + steps, notes: (dropped?.notes ?? 0) + before.length - steps };
}

/** The id of what has not ended. */
function idOf(owner: Owner): string {
  return machineOf(owner) === 'supervisor' && 'name' in owner ? owner.name : owner.id;
}

function entryOf(entry: Entry, machine: Timeline['machine']): TimelineEntry {
  const at = entry.at / 10;
  if (entry instanceof RoundTrips) {
    const { count, min, max, last } = entry;
    const note = { type: 'ping.answered', count, minMs: min / 100, maxMs: max / 100, lastMs: last / 100 };
    return { type: 'note', at, note };
  }
  if (entry instanceof Noted) return { type: 'note', at, note: entry.note };
  const { type, from, to, effects } = entry.shape;
  const event = entry instanceof StepOnEvent ? entry.event : type === undefined ? undefined : { type };
  const by = askerOf(machine, event);
  return { type: 'step', at, by, ...(event === undefined ? {} : { event }), from, to, effects };
}

function living(base: TimelineBase, owner: Owner | undefined): Timeline | undefined {
  if (owner === undefined) return undefined;
  if ('kind' in owner) return { machine: owner.kind, ...base };
  const { role, childId, epoch, remoteAddress } = owner;
  return { machine: 'connection', ...base, ...known({ role, childId, epoch, remoteAddress }) };
}

function ended(base: TimelineBase, end: RecordedEnd): Timeline {
  const at = end.at / 10;
  switch (end.machine) {
    case 'dialer':
      return { machine: 'dialer', ...base, end: { at, exit: end.exit } };
    case 'supervisor':
      return { machine: 'supervisor', ...base, end: { at, report: end.report } };
    case 'connection': {
      const { report } = end;
      const { role, childId, epoch, remoteAddress } = report;
      return {
        machine: 'connection',
        ...base,
        ...known({ role, childId, epoch, remoteAddress }),
        ...(base.startsIn === 'connecting' || base.startsIn === 'open' ? {} : { begun: begunOf(report) }),
        end: { at, report: readReport(report), facts: factsOf(report) },
      };
    }
  }
}

/** Leaves out what is not known. */
function known<T extends object>(parts: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}
