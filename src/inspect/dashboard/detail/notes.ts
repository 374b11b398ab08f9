import type { Note, ObservedStep } from '../../../supervisor/api/observer.js';
import { readOf } from '../../../transport/thrown.js';
import type { TimelineEntry } from '../protocol/detail.js';

/** The most entries that are kept for one subject. */
const KEPT = 500;

/** What is noted of one subject while somebody follows it and no recorder does: its latest steps and notes. */
export class Notes {
  readonly #entries: TimelineEntry[] = [];
  #next = 0;

  stepped(step: ObservedStep, at: number): void {
    this.#add(stepEntry(step, this.#next, at));
  }

  noted(note: Note, at: number): void {
    this.#add({ kind: 'note', number: this.#next, at, note: note.type, facts: factsOf(note) });
  }

  get entries(): readonly TimelineEntry[] {
    return this.#entries;
  }

  #add(entry: TimelineEntry): void {
    this.#next += 1;
    this.#entries.push(entry);
    if (this.#entries.length > KEPT) this.#entries.shift();
  }
}

function stepEntry({ event, from, to, effects }: ObservedStep, number: number, at: number): TimelineEntry {
  const about = event === undefined ? '' : aboutEvent(event);
  return {
    kind: 'step',
    number,
    at,
    ...(event === undefined ? {} : { event: event.type }),
    from,
    to,
    effects,
    ...(about === '' ? {} : { about }),
  };
}

/** What an event carries that is a word of ours or a number: no reason, no message, no protocol. */
const TELLING = ['trigger', 'kind', 'fault', 'code', 'httpStatus'] as const;

/** Words of ours. What a program made of them is left out. */
const WORD = /^[a-z-]{1,40}$/;

/** The code and the trigger of an event, or of the wire's end, or of the Close that it carries. */
export function aboutEvent(event: object): string {
  const places = [event, ...['end', 'received', 'sent'].map((key) => readOf(event, key))];
  const found = places.flatMap((place) =>
    typeof place === 'object' && place !== null ? TELLING.map((key) => readOf(place, key)) : [],
  );
  const telling = found.filter((value) => (typeof value === 'string' && WORD.test(value)) || isFiniteNumber(value));
  return [...new Set(telling)].join(' ');
}

/** The facts of a note that are numbers or words of ours; of a report its trigger and code. */
export function factsOf(note: object): Record<string, string | number | boolean> {
  const { type: _type, report, ...facts } = note as Record<string, unknown>;
  const ofReport =
    typeof report === 'object' && report !== null
      ? Object.entries({ trigger: readOf(report, 'trigger'), code: readOf(report, 'code') })
      : [];
  const shown = [...Object.entries(facts), ...ofReport].filter((entry): entry is [string, string | number | boolean] =>
    isFact(entry[0], entry[1]),
  );
  return Object.fromEntries(shown);
}

function isFact(key: string, value: unknown): boolean {
  if (typeof value === 'boolean' || isFiniteNumber(value)) return true;
  return typeof value === 'string' && (key === 'connectionId' ? value.length <= 128 : WORD.test(value));
}

const isFiniteNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
