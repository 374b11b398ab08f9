import type { Note, ObservedStep } from '../../../supervisor/api/observer.js';
import { aboutEvent, factsOf } from '../../redaction/telling.js';
import type { ShownEntry } from '../protocol/detail.js';

/** The most entries that are kept for one subject. */
const KEPT = 500;

/** What is noted of one subject while somebody follows it and no recorder does: its latest steps and notes. */
export class Notes {
  readonly #entries: ShownEntry[] = [];
  #next = 0;

  stepped(step: ObservedStep, at: number): void {
    this.#add(stepEntry(step, this.#next, at));
  }

  noted(note: Note, at: number): void {
    this.#add({ kind: 'note', number: this.#next, at, note: note.type, facts: factsOf(note) });
  }

  get entries(): readonly ShownEntry[] {
    return this.#entries;
  }

  #add(entry: ShownEntry): void {
    this.#next += 1;
    this.#entries.push(entry);
    if (this.#entries.length > KEPT) this.#entries.shift();
  }
}

function stepEntry({ event, from, to, effects }: ObservedStep, number: number, at: number): ShownEntry {
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
