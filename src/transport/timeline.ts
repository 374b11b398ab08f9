import type { CloseReport, CloseTrigger, EndedBy, Phase, StartedBy } from './close-report.js';

/**
 * What a recorder has kept of one machine: its steps, and what explains them. It is plain data, and `JSON.stringify`
 * writes it as a file: see `parseTimeline` and `replay` of `wirekeeper/inspect`.
 */
export type Timeline = ConnectionTimeline | DialerTimeline | SupervisorTimeline;

/** The version of the format. Other versions are refused by `parseTimeline`. */
export type TimelineVersion = 1;

/** What timelines have in common. */
export interface TimelineBase {
  readonly version: TimelineVersion;
  /** The id of the connection or dialer; the name of the supervisor. */
  readonly id: string;
  /** The name of the supervisor that it belongs to; of a supervisor its own. */
  readonly supervisor: string;
  /** The time 0 of this timeline, Unix ms: when the machine began, or when the recorder was attached. */
  readonly beganAt: number;
  /** The state, as a path, before the first step that was kept. */
  readonly startsIn: string;
  readonly entries: readonly TimelineEntry[];
  /** The entries that were dropped to keep the bounds. */
  readonly dropped: { readonly steps: number; readonly notes: number };
  /** What is shown as `***`, for lack of `reveal`. */
  readonly redacted: readonly Revealable[];
}

/** The steps of one connection. */
export interface ConnectionTimeline extends TimelineBase {
  readonly machine: 'connection';
  readonly role: CloseReport['role'];
  readonly childId?: string;
  readonly epoch?: number;
  readonly remoteAddress?: string;
  /** What had begun the ending when the timeline starts; only of one that starts after that. */
  readonly begun?: BegunEnding;
  /** Absent while it has not ended. */
  readonly end?: ConnectionEnd;
}

/** The steps of one dialer, across its runs. */
export interface DialerTimeline extends TimelineBase {
  readonly machine: 'dialer';
  /** Absent while it has not ended for good. */
  readonly end?: { readonly at: number; readonly exit: TimelineExit };
}

/** The steps of one supervisor. */
export interface SupervisorTimeline extends TimelineBase {
  readonly machine: 'supervisor';
  /** Absent while it has not ended. */
  readonly end?: { readonly at: number; readonly report: TimelineSupervisorReport };
}

/** One line of a timeline. */
export type TimelineEntry = TimelineStep | TimelineNote;

/** A machine has taken an event. */
export interface TimelineStep {
  readonly type: 'step';
  /** Monotonic ms since `beganAt`. */
  readonly at: number;
  readonly by: Asker;
  /** The event with what a replay needs of its payload. Absent for the start of a machine. */
  readonly event?: TimelineEvent;
  /** The states before and after, as paths. */
  readonly from: string;
  readonly to: string;
  /** What the machine asked of its runtime, in this order. */
  readonly effects: readonly string[];
}

/** What explains steps, or their absence. */
export interface TimelineNote {
  readonly type: 'note';
  /** Monotonic ms since `beganAt`. */
  readonly at: number;
  readonly note: TimelineEvent;
}

/**
 * An event or a note: its type, and its payload as plain data. Errors are `TimelineError`s.
 *
 * The notes are those of `Observer`. Answered Pings without another entry between them are one note, `ping.answered`
 * with `count`, `minMs`, `maxMs`, and `lastMs`; and `dialer.judged` has `connectionId`, `trigger`, and `code` of the
 * report.
 */
export interface TimelineEvent {
  readonly type: string;
  readonly [payload: string]: unknown;
}

/** An error as plain data. */
export interface TimelineError {
  readonly name: string;
  readonly message: string;
  readonly code?: string | number;
  readonly errno?: string | number;
  readonly syscall?: string | number;
  readonly address?: string | number;
  readonly port?: string | number;
  /** Another error, or another value that was thrown. */
  readonly cause?: unknown;
  readonly errors?: readonly unknown[];
}

/**
 * Who asked for a step: the user of the library, a handler, the peer, the network between, a deadline of the clock, or
 * the supervisor with what it runs.
 */
export type Asker = 'user' | 'handler' | 'peer' | 'network' | 'clock' | 'supervisor';

/**
 * What a timeline shows only on request: the reasons of Close frames, redials, and stops; the messages, foreign names,
 * and further fields of errors, with thrown values that are no errors; negotiated subprotocols. Contents of frames,
 * header fields, and URLs are in no timeline.
 */
export type Revealable = 'reasons' | 'messages' | 'protocols';

/** How a connection ended, as its recorder saw it. */
export interface ConnectionEnd {
  readonly at: number;
  /** The report, redacted as the timeline is, and without `timeline`. */
  readonly report: CloseReport;
  /** The facts that the machine does not know, from which and the steps `replay` makes the report again. */
  readonly facts: EndFacts;
}

/** What was counted and measured of a connection. */
export interface EndFacts {
  /** Unix ms. */
  readonly endedAt: number;
  /** Unix ms; absent if it never opened. */
  readonly openedAt?: number;
  /** Unix ms; absent if nothing came from the peer. */
  readonly lastHeardAt?: number;
  readonly localStallMs: number;
  readonly framesIn: number;
  readonly framesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** What had begun an ending before a timeline starts, as in a `CloseReport`. */
export interface BegunEnding {
  readonly trigger: CloseTrigger;
  readonly startedBy: StartedBy;
  readonly phase: Phase;
  readonly code: number;
  readonly reason: string;
  readonly endedBy?: EndedBy;
  readonly cause?: TimelineError;
  /** An error as `error`, another value as `thrown`. */
  readonly handlerError?: { readonly error: TimelineError } | { readonly thrown: unknown };
}

/** The last exit of a dialer, or the exit that a supervisor failed of. */
export interface TimelineExit {
  readonly id: string;
  readonly reason: 'normal' | 'shutdown' | 'abnormal';
  /** The connection whose report decided the reason. */
  readonly connectionId?: string;
  readonly error?: TimelineError;
}

/** How a supervisor ended. */
export interface TimelineSupervisorReport {
  readonly name: string;
  readonly outcome: 'stopped' | 'failed';
  readonly reason: 'normal' | 'shutdown' | 'abnormal';
  readonly connections: number;
  readonly cause?: TimelineExit;
}
