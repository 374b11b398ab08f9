import type { Detail, ShownEntry, ShownStep } from '../../protocol/detail.js';

/** The latest detail with the whole timeline that the page has. */
export function withDetail(had: Detail | undefined, detail: Detail): Detail {
  if (had === undefined || !isSameSubject(had, detail)) return detail;
  // The server says from which number on its part counts: what stood there before is replaced by it.
  const kept = had.timeline.filter(({ number }) => number < detail.timelineFrom);
  return { ...detail, timeline: [...kept, ...detail.timeline] };
}

export function isSameSubject(a: Pick<Detail, 'subject'>, b: Pick<Detail, 'subject'>): boolean {
  return subjectKey(a.subject) === subjectKey(b.subject);
}

/** A text that is equal for equal subjects. */
export function subjectKey(subject: Detail['subject']): string {
  switch (subject.machine) {
    case 'connection':
      return JSON.stringify([subject.machine, subject.connectionId]);
    case 'dialer':
      return JSON.stringify([subject.machine, subject.supervisor, subject.childId]);
    case 'supervisor':
      return JSON.stringify([subject.machine, subject.supervisor]);
  }
}

export function stepsOf(timeline: readonly ShownEntry[]): ShownStep[] {
  return timeline.filter((entry) => entry.kind === 'step');
}

/** The facts of a note in a few words: `since 5 s, left 5 s` would guess at units, so names stay as they are. */
export function factsText(facts: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name}: ${typeof value === 'number' ? Math.round(value * 100) / 100 : value}`)
    .join(', ');
}
