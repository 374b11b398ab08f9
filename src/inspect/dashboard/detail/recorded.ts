import type { Timeline, TimelineEntry } from '../../../transport/timeline.js';
import { aboutEvent, factsOf } from '../../redaction/telling.js';
import type { ShownEntry } from '../protocol/detail.js';
import type { RecordedTimeline } from './follow.js';

/** A recorder's timeline as a page shows it. What a recorder redacts does not come here. */
export function shownTimeline({ beganAt, dropped, entries }: Timeline): RecordedTimeline {
  const missed = dropped.steps + dropped.notes;
  return { missed, entries: entries.map((entry, index) => shownEntry(entry, missed + index, beganAt)) };
}

function shownEntry(entry: TimelineEntry, number: number, beganAt: number): ShownEntry {
  const at = Math.round(beganAt + entry.at);
  if (entry.type === 'note') return { kind: 'note', number, at, note: entry.note.type, facts: factsOf(entry.note) };
  const { by, event, from, to, effects } = entry;
  const about = event === undefined ? '' : aboutEvent(event);
  return {
    kind: 'step',
    number,
    at,
    by,
    ...(event === undefined ? {} : { event: event.type }),
    from,
    to,
    effects,
    ...(about === '' ? {} : { about }),
  };
}
