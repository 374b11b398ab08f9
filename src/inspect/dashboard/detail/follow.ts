import type { Dialer } from '../../../supervisor/api/dialer.js';
import type { Note, ObservedStep } from '../../../supervisor/api/observer.js';
import type { Detail, ShownEntry, SubjectRef } from '../protocol/detail.js';
import { type Followed, factsOf, find, type Places } from './detail-of.js';
import { StatusWatch } from './dialer-status.js';
import { Notes } from './notes.js';

/** What following a subject needs. */
export interface FollowParts {
  readonly places: Places;
  readonly showsReasons: boolean;
  /** Unix ms. */
  readonly wallNow: () => number;
  readonly send: (detail: Detail) => void;
  /** The timeline that a recorder has of a subject, with how many entries it has dropped; `undefined` without one. */
  readonly recorded: (followed: Followed) => RecordedTimeline | undefined;
  /** Where a subject's data can be downloaded. */
  readonly downloadOf: (subject: SubjectRef) => string | undefined;
}

/** A timeline as a page shows it. */
export interface RecordedTimeline {
  readonly entries: readonly ShownEntry[];
  readonly missed: number;
}

/** One viewer follows one subject: it sends what has changed since it last sent. */
export class Follow {
  readonly subject: SubjectRef;
  readonly #parts: FollowParts;
  readonly #notes = new Notes();
  #followed: Followed | undefined;
  #watched: { readonly dialer: Dialer; readonly watch: StatusWatch } | undefined;
  #path: string | undefined;
  /** Whether a step or note has come since the timeline was last read. */
  #isNew = true;
  #facts = '';
  /** The entries that the viewer has. */
  #sent: readonly string[] = [];
  /** The number of the entry after the last. */
  #next = 0;
  #missed = 0;

  constructor(subject: SubjectRef, parts: FollowParts) {
    this.subject = subject;
    this.#parts = parts;
    this.#followed = find(parts.places, subject);
  }

  /** The viewer no longer follows. */
  stop(): void {
    this.#watched?.watch.stop();
    this.#watched = undefined;
  }

  /** What observers are given for the subject. */
  get handle(): object | undefined {
    return this.#followed?.handle;
  }

  stepped(step: ObservedStep): void {
    this.#path = step.to;
    this.#isNew = true;
    this.#notes.stepped(step, this.#parts.wallNow());
  }

  noted(note: Note): void {
    this.#isNew = true;
    this.#notes.noted(note, this.#parts.wallNow());
  }

  /** Sends what has changed. */
  refresh(): void {
    const { places, showsReasons, wallNow, send, downloadOf } = this.#parts;
    // A dialer that was replaced, or one that was not there before, is found again.
    if (this.subject.machine !== 'connection' || this.#followed === undefined)
      this.#followed = find(places, this.subject) ?? this.#followed;
    const news = this.#news();
    const status = this.#status();
    const facts = {
      ...factsOf(this.subject, this.#followed, this.#path, showsReasons),
      ...(status === undefined ? {} : { status }),
    };
    const text = JSON.stringify(facts);
    if (text === this.#facts && news.timeline.length === 0) return;
    this.#facts = text;
    const download = this.#followed === undefined ? undefined : downloadOf(this.subject);
    send({
      type: 'detail',
      at: wallNow(),
      ...facts,
      ...news,
      ...(download === undefined ? {} : { download }),
    });
  }

  /** Of a dialer, which `restartChild` may have replaced. */
  #status(): string | undefined {
    const dialer = this.#followed?.handle;
    if (dialer === undefined || !('kind' in dialer) || dialer.kind !== 'dialer') return undefined;
    if (this.#watched?.dialer !== dialer) {
      this.stop();
      this.#watched = { dialer, watch: new StatusWatch(dialer) };
    }
    return this.#watched?.watch.text;
  }

  #timeline(): RecordedTimeline {
    const recorded = this.#followed === undefined ? undefined : this.#parts.recorded(this.#followed);
    const { entries } = this.#notes;
    return recorded ?? { entries, missed: entries[0]?.number ?? 0 };
  }

  /** The entries from the first on that this viewer does not have; later ones may have changed, or be gone. */
  #news(): Pick<Detail, 'timeline' | 'timelineFrom' | 'timelineMissed'> {
    if (!this.#isNew) return { timeline: [], timelineFrom: this.#next, timelineMissed: this.#missed };
    this.#isNew = false;
    const { entries, missed } = this.#timeline();
    const last = entries.at(-1);
    this.#next = last === undefined ? missed : last.number + 1;
    this.#missed = missed;
    this.#path ??= entries.findLast((entry) => entry.kind === 'step')?.to;
    const texts = entries.map((entry) => JSON.stringify(entry));
    const known = new Set(this.#sent);
    const from = texts.findIndex((text) => !known.has(text));
    this.#sent = texts;
    const timeline = from < 0 ? [] : entries.slice(from);
    // Where even the first has changed, nothing that the viewer has is of use.
    const timelineFrom = from === 0 ? 0 : (timeline[0]?.number ?? this.#next);
    return { timeline, timelineFrom, timelineMissed: missed };
  }
}
