import { explain } from '../../index.js';
import type { Replay, Timeline, TimelineEntry, TimelineNote, TimelineStep } from '../../inspect/index.js';
import { jsonLine } from '../../inspect/redaction/json-line.js';
import { UNMASKED } from '../../inspect/redaction/masked.js';
import { aboutEvent, factsOf } from '../../inspect/redaction/telling.js';
import { visible } from '../../inspect/redaction/visible.js';

/** Widths of the columns for people; longer contents push the rest to the right. */
const TIME_WIDTH = 12;
const ASKER_WIDTH = 10;
const WHAT_WIDTH = 30;
const WAY_WIDTH = 34;

/** What a timeline says, as the machine does it: steps as far as they could be walked, and the notes between them. */
function* entriesOf({ timeline, steps }: Replay): Generator<TimelineEntry> {
  let walked = 0;
  for (const entry of timeline.entries) {
    if (entry.type === 'note') {
      yield entry;
      continue;
    }
    const step = steps[walked];
    if (step === undefined) return;
    yield step;
    walked += 1;
  }
}

/** Each step and note in a line, what came of it in a sentence, and whether the machine does the same. */
export function textOfReplay(result: Replay): string {
  const { timeline } = result;
  const lines = [
    headOf(timeline),
    ...missingOf(timeline),
    ...[...entriesOf(result)].map((entry) => (entry.type === 'step' ? stepLine(entry) : noteLine(entry))),
    endingOf(result),
    verdictOf(result),
  ];
  return lines.map((line) => `${visible(line)}\n`).join('');
}

/** The timeline without its entries, each entry, and the result, one JSON object per line, each with a `type`. */
export function jsonOfReplay(result: Replay): string {
  const { entries: _entries, end: _end, ...about } = result.timeline;
  const { agrees, difference, state, report, exit } = result;
  const objects = [
    { type: 'timeline', ...about },
    ...entriesOf(result),
    { type: 'replay', agrees, difference, state, report, exit, sentence: endingOf(result) },
  ];
  return objects.map((object) => jsonLine({ ...object }, UNMASKED)).join('');
}

function headOf(timeline: Timeline): string {
  const { machine, id, supervisor, beganAt } = timeline;
  const began = `began ${timeOf(beganAt)}`;
  switch (machine) {
    case 'connection': {
      const { role, remoteAddress, childId } = timeline;
      const way = `${role} ${role === 'dialed' ? 'to' : 'from'} ${remoteAddress ?? 'an unknown address'}`;
      const by = childId === undefined ? `supervisor ${supervisor}` : `${childId} of supervisor ${supervisor}`;
      return `connection ${id}, ${way}, by ${by}, ${began}`;
    }
    case 'dialer':
      return `dialer ${id} of supervisor ${supervisor}, ${began}`;
    case 'supervisor':
      return `supervisor ${id}, ${began}`;
  }
}

/** Times of foreign files may be no times. */
function timeOf(unixMs: number): string {
  const at = new Date(unixMs);
  return Number.isNaN(at.getTime()) ? `at ${unixMs} ms` : at.toISOString();
}

function missingOf({ dropped: { steps, notes } }: Timeline): string[] {
  return steps + notes === 0 ? [] : [`${counted(steps, 'step')} and ${counted(notes, 'note')} were not kept`];
}

function stepLine({ at, by, event, from, to, effects }: TimelineStep): string {
  const what = event === undefined ? 'start' : `${event.type} ${aboutEvent(event)}`.trimEnd();
  const way = event === undefined ? `in ${to}` : from === to ? `stays in ${to}` : `${from} -> ${to}`;
  return columns(at, by, what, way.padEnd(WAY_WIDTH), effects.join(', '));
}

function noteLine({ at, note }: TimelineNote): string {
  const facts = Object.entries(factsOf(note)).map(
    ([name, value]) => `${name} ${typeof value === 'number' ? Math.round(value * 100) / 100 : value}`,
  );
  return columns(at, '', note.type, facts.join(', '));
}

function columns(at: number, by: string, what: string, ...rest: readonly string[]): string {
  const time = `${at.toFixed(1)} ms`.padStart(TIME_WIDTH);
  return `${time}  ${by.padEnd(ASKER_WIDTH)}  ${what.padEnd(WHAT_WIDTH)}  ${rest.join('  ')}`.trimEnd();
}

/** What became of it, in one sentence. */
function endingOf({ timeline, report, exit, state }: Replay): string {
  if (report !== undefined) return explain(report);
  const kind = `${timeline.machine.charAt(0).toUpperCase()}${timeline.machine.slice(1)}`;
  return exit === undefined ? `${kind} ${timeline.id} is in ${state}.` : `${kind} ${timeline.id} exited: ${exit}.`;
}

function verdictOf({ timeline, steps, difference }: Replay): string {
  if (difference !== undefined) return `The machine of this release does not do the same: ${difference.text}`;
  const same = `The machine of this release does the same in ${counted(steps.length, 'step')}`;
  if (timeline.end === undefined) return `${same}.`;
  return `${same}, ${timeline.machine === 'connection' ? 'and its report is identical' : 'and it ends alike'}.`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
