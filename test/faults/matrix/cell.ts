import type { Limits, Liveness } from '../../../src/supervisor/api/limits.js';
import type { CloseReport } from '../../../src/transport/close-report.js';

/** Where a fault strikes. */
export const PHASES = ['connecting', 'open', 'closing'] as const;
export type Phase = (typeof PHASES)[number];

export const ROLES = ['accepted', 'dialed'] as const;
export type Role = (typeof ROLES)[number];

/** What the connection runs over. */
export const PROTOCOLS = ['plain', 'TLS'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** Where both sides are, unless a cell says otherwise. */
export const LOOPBACK = '127.0.0.1';

/** One cell of the matrix. */
export interface Place {
  readonly phase: Phase;
  readonly role: Role;
  readonly protocol: Protocol;
}

/** The limits under which a cell runs. */
export interface CellLimits extends Partial<Limits> {
  readonly openWithinMs: number;
  readonly closeWithinMs: number;
  readonly liveness: Liveness;
  /** How long the HTTPS server of a cell, which is the user's own, waits for TLS and for a request's header. */
  readonly serverWithinMs: number;
}

/** Frequent Pings and long deadlines, for faults that are to do no harm, however busy the machine is. */
export const LONG: CellLimits = {
  openWithinMs: 30_000,
  closeWithinMs: 30_000,
  liveness: { pingEveryMs: 500, answerWithinMs: 20_000 },
  serverWithinMs: 20_000,
};

/** For faults that are found without any deadline: a Ping of ours would be one more way. */
const NO_DEADLINE: CellLimits = { ...LONG, liveness: { pingEveryMs: 60_000, answerWithinMs: 30_000 } };

/** For a fault that a deadline finds, one for each. */
const SHORT_OPEN: CellLimits = { ...NO_DEADLINE, openWithinMs: 3_000 };
const SHORT_CLOSE: CellLimits = { ...NO_DEADLINE, closeWithinMs: 600 };
const SHORT_LIVENESS: CellLimits = { ...LONG, liveness: { pingEveryMs: 400, answerWithinMs: 300 } };
const SHORT_SERVER: CellLimits = { ...NO_DEADLINE, serverWithinMs: 800 };

/** How long Node gives a client for its request's header on a listener's own port, with the interval of its looks. */
const HEADERS_WITHIN_MS = 11_000;

/** A bound on the time to detection, as a reader of the options states it. */
interface BoundRule {
  /** The limits of a cell that is found within it. */
  readonly limits: CellLimits;
  ms(limits: CellLimits): number;
}

const BOUNDS = {
  'at once': { limits: NO_DEADLINE, ms: () => 0 },
  openWithinMs: { limits: SHORT_OPEN, ms: ({ openWithinMs }) => openWithinMs },
  closeWithinMs: { limits: SHORT_CLOSE, ms: ({ closeWithinMs }) => closeWithinMs },
  'pingEveryMs + answerWithinMs': {
    limits: SHORT_LIVENESS,
    ms: ({ liveness }) => liveness.pingEveryMs + liveness.answerWithinMs,
  },
  '2 x pingEveryMs + answerWithinMs': {
    limits: SHORT_LIVENESS,
    ms: ({ liveness }) => 2 * liveness.pingEveryMs + liveness.answerWithinMs,
  },
  'closeWithinMs once maxBufferedBytes wait': { limits: SHORT_CLOSE, ms: ({ closeWithinMs }) => closeWithinMs },
  headersTimeout: { limits: SHORT_SERVER, ms: ({ serverWithinMs }) => serverWithinMs * 1.25 },
  '1 s': { limits: NO_DEADLINE, ms: () => 1_000 },
  '11 s': { limits: NO_DEADLINE, ms: () => HEADERS_WITHIN_MS },
} as const satisfies Record<string, BoundRule>;

export type Bound = keyof typeof BOUNDS;

/** The limits of a cell whose fault is found within a bound. */
export function limitsFor(bound: Bound): CellLimits {
  return BOUNDS[bound].limits;
}

/** A deadline is rounded up by at most a sixteenth. */
const ROUNDED_UP = 17 / 16;

/** What a busy machine may add to a bound, in ms, besides the stalls that are measured. */
const MARGIN_MS = 1_500;

/** How long a cell may take to find its fault, in ms. */
export function boundMs(bound: Bound, limits: CellLimits, stalledMs: number): number {
  return BOUNDS[bound].ms(limits) * ROUNDED_UP + MARGIN_MS + stalledMs;
}

/** The fields of a report that a cell states; `cause` is the error's code, or its message if it has none. */
export interface Verdict {
  readonly outcome: CloseReport['outcome'];
  readonly trigger: CloseReport['trigger'];
  readonly endedBy?: CloseReport['endedBy'];
  readonly phase: CloseReport['phase'];
  readonly startedBy: CloseReport['startedBy'];
  readonly code: number;
  readonly cause?: string;
}

/** What comes of a fault. */
export type Outcome =
  /** The connection goes on, echoes, and is closed cleanly. */
  | { readonly is: 'unharmed' }
  | { readonly is: 'report'; readonly verdict: Verdict }
  /** No connection exists before the 101: the event `handshake.refused`. */
  | { readonly is: 'refused'; readonly status: number; readonly why: string }
  /** A client was dropped before its request: the event `listener.error`. The next one is let in again. */
  | { readonly is: 'dropped'; readonly cause: string }
  /** There was no opening handshake: the HTTP server of the user deals with it by itself. */
  | { readonly is: 'unseen' };

/** What a cell expects. */
export interface Expected {
  readonly outcome: Outcome;
  readonly within: Bound;
  readonly limits: CellLimits;
  /** One sentence. */
  readonly why: string;
}
