import type { MachineName } from './overview.js';
import type { ConnectionRow, EndingRow } from './tables.js';

/** What a viewer follows. `supervisor` is the key of a `SupervisorNode`. */
export type SubjectRef =
  | { readonly machine: 'connection'; readonly connectionId: string }
  | { readonly machine: 'dialer'; readonly supervisor: string; readonly childId: string }
  | { readonly machine: 'supervisor'; readonly supervisor: string };

/**
 * The subject that is followed: sent at once, and within 250 ms after something about it has changed; its counters are
 * looked at every 250 ms. It is whole each time, except for the timeline: see `timelineFrom`.
 */
export interface Detail {
  readonly type: 'detail';
  readonly at: number;
  readonly subject: SubjectRef;
  readonly machine: MachineName;
  /**
   * `unknown`: there is no such subject, or it ended too long ago; the other fields are then absent. `ended`: it is
   * over, and what follows is its last state.
   */
  readonly presence: 'live' | 'ended' | 'unknown';
  /** Its position on the diagram, as a path: `closing.awaitingPeer`. The inner part is absent where it is not known. */
  readonly path?: string;
  /** Of a connection. */
  readonly connection?: ConnectionRow;
  /** Of a connection that has ended. */
  readonly ending?: EndingDetail;
  /** Of a dialer: what it does, in a few words, such as `waits 2.5 s after attempt 3`. */
  readonly status?: string;
  /** Of a dialer: the connection that is up, and the newest one that has ended. */
  readonly connectionIds?: readonly string[];
  /**
   * Steps and notes, oldest first: those with a `number` from `timelineFrom` on. Replace what you have from that number
   * on; entries before the first one that you have were not kept. Without a recorder these are the entries since the
   * viewer began to follow.
   */
  readonly timeline: readonly ShownEntry[];
  readonly timelineFrom: number;
  /** How many entries before the first were not kept. */
  readonly timelineMissed: number;
  /** Where its data can be downloaded as JSON, relative to the page; absent if there is nothing to download. */
  readonly download?: string;
}

/** One line of a timeline as a page shows it: what a recorder's entry says, in words, and without what is not shown. */
export type ShownEntry = ShownStep | ShownNote;

interface Numbered {
  /** Counts from 0 within the subject's timeline. */
  readonly number: number;
  readonly at: number;
}

/** A step of the machine. */
export interface ShownStep extends Numbered {
  readonly kind: 'step';
  /** Absent for the entry into the initial state. */
  readonly event?: string;
  readonly from: string;
  readonly to: string;
  readonly effects: readonly string[];
  /** Who asked for it: `user`, `handler`, `peer`, `network`, `clock`, or `supervisor`. Only where it was recorded. */
  readonly by?: string;
  /** What the event carried, in a few words, such as `1012`. */
  readonly about?: string;
}

/** Something that explains the life of the subject beside the steps: `ping.unanswered`. */
export interface ShownNote extends Numbered {
  readonly kind: 'note';
  readonly note: string;
  /** Its facts, such as `{ sinceMs: 5000 }`. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

/** The end of a connection. */
export interface EndingDetail extends EndingRow {
  readonly startedBy: 'local' | 'peer' | 'network';
  readonly phase: 'connecting' | 'open';
  /** Close frames; their reasons are absent unless the dashboard shows them. */
  readonly sent?: { readonly code: number; readonly reason?: string };
  readonly received?: { readonly code: number; readonly reason?: string };
  /** The sections of RFC 6455 that `text` names, such as `7.1.2`. */
  readonly sections: readonly string[];
  readonly httpStatus?: number;
  readonly retryAfterMs?: number;
  readonly unconfirmedFrames: number;
  readonly unconfirmedBytes: number;
  readonly localStallMs: number;
  readonly lastHeardAt?: number;
  readonly openedAt?: number;
  /** The errors behind the end, the first one first: name and code; the message where reasons are shown. */
  readonly errors: readonly { readonly name: string; readonly code?: string; readonly message?: string }[];
}
