import {
  type Bound,
  type CellLimits,
  type Expected,
  LONG,
  limitsFor,
  type Outcome,
  PHASES,
  type Phase,
  type Place,
  PROTOCOLS,
  type Protocol,
  ROLES,
  type Role,
  type Verdict,
} from './cell.js';

/**
 * Where exactly a fault strikes within its phase: `first` before the request has come, or our Close; `second` when that
 * has come, and before the answer to it. An open connection is idle.
 */
export type Moment = 'first' | 'second';

/** A cell, with what strikes in it. */
export interface Cell<Strike> extends Place, Expected {
  readonly fault: string;
  readonly moment: Moment;
  readonly strike: Strike;
  /** Whether the supervised side sends as much as it can, behind the fault. */
  readonly isFlooded?: boolean;
  /** Whether the peer goes on sending, behind the fault. */
  readonly isPeerTalking?: boolean;
}

/** A row of the table: what becomes of one fault in one phase. Roles and protocols may differ. */
export interface Row<Strike> extends Partial<Pick<Cell<Strike>, 'isFlooded' | 'isPeerTalking' | 'moment' | 'strike'>> {
  readonly phase: Phase;
  readonly role?: Role;
  readonly protocol?: Protocol;
  readonly outcome: Outcome;
  readonly within: Bound;
  readonly limits?: CellLimits;
  /** One sentence. */
  readonly why: string;
}

/** A fault, and what becomes of it. */
export interface Fault<Strike> {
  readonly name: string;
  /** How it is made. */
  readonly how: string;
  /** What strikes, where a row does not say otherwise. */
  readonly strike: Strike;
  readonly rows: readonly Row<Strike>[];
}

/** All cells of some faults. */
export function cellsOf<Strike>(faults: readonly Fault<Strike>[]): Cell<Strike>[] {
  return faults.flatMap(({ name, strike, rows }) =>
    rows.flatMap((row) =>
      ROLES.filter((role) => row.role === undefined || row.role === role).flatMap((role) =>
        PROTOCOLS.filter((protocol) => row.protocol === undefined || row.protocol === protocol).map((protocol) => ({
          moment: 'second' as const,
          limits: limitsFor(row.within),
          strike,
          ...row,
          role,
          protocol,
          fault: name,
        })),
      ),
    ),
  );
}

/** A dial that came to nothing. */
export const neverOpened = (trigger: Verdict['trigger'], startedBy: Verdict['startedBy'], cause?: string): Outcome => ({
  is: 'report',
  verdict: {
    outcome: 'failed',
    trigger,
    phase: 'connecting',
    startedBy,
    code: 1006,
    ...(cause === undefined ? {} : { cause }),
  },
});

/** An open connection that was lost. */
export const lost = (trigger: Verdict['trigger'], cause?: string): Outcome => ({
  is: 'report',
  verdict: {
    outcome: 'failed',
    trigger,
    phase: 'open',
    startedBy: 'network',
    code: 1006,
    ...(cause === undefined ? {} : { cause }),
  },
});

/** Our own closing handshake, cut short. */
export const cutShort = (endedBy: Verdict['endedBy'], cause?: string): Outcome => ({
  is: 'report',
  verdict: {
    outcome: 'failed',
    trigger: 'close-called',
    endedBy,
    phase: 'open',
    startedBy: 'local',
    code: 4001,
    ...(cause === undefined ? {} : { cause }),
  },
});

/** We failed the connection, with a Close of our own (RFC 6455 section 7.1.7). */
export const failed = (
  trigger: Verdict['trigger'],
  code: number,
  cause?: string,
  endedBy?: Verdict['endedBy'],
): Outcome => ({
  is: 'report',
  verdict: {
    outcome: 'failed',
    trigger,
    ...(endedBy === undefined ? {} : { endedBy }),
    phase: 'open',
    startedBy: 'local',
    code,
    ...(cause === undefined ? {} : { cause }),
  },
});

export const UNHARMED: Outcome = { is: 'unharmed' };
const GONE: Outcome = { is: 'refused', status: 499, why: 'gone' };
export const refused = (status: number): Outcome => ({ is: 'refused', status, why: 'handshake' });
export const UNSEEN: Outcome = { is: 'unseen' };

/** What ws makes of a handshake that is called off, for whatever reason. */
export const CALLED_OFF = 'WebSocket was closed before the connection was established';
/** The cause of a FIN without a Close. */
export const NO_CLOSE = 'TCP was ended by the peer without a Close frame';

/* Rows that several faults have. */

export const ANSWER_LOST: Row<never> = {
  phase: 'connecting',
  role: 'dialed',
  outcome: neverOpened('open-deadline', 'local', CALLED_OFF),
  within: 'openWithinMs',
  why: 'The 101 never arrives.',
};

export const ACCEPTANCE_LOST: Row<never> = {
  phase: 'connecting',
  role: 'accepted',
  outcome: lost('liveness-lost'),
  within: 'pingEveryMs + answerWithinMs',
  why: 'The 101 is lost after it was sent: for this side the connection is open, and its peer is silent.',
};

export const SILENT: Row<never> = {
  phase: 'open',
  outcome: lost('liveness-lost'),
  within: 'pingEveryMs + answerWithinMs',
  why: 'No Pong comes, and nothing else.',
};

export const CLOSE_LOST: Row<never> = {
  phase: 'closing',
  outcome: cutShort('close-deadline'),
  within: 'closeWithinMs',
  why: "The peer's Close never arrives.",
};

export const HUNG_UP: Row<never> = {
  phase: 'connecting',
  role: 'dialed',
  outcome: neverOpened('dial-failed', 'network', 'ECONNRESET'),
  within: 'at once',
  why: 'The FIN comes in place of the 101: Node.js calls that a socket hang up, with the code of a reset.',
};

export const CLIENT_GONE: Row<never> = {
  phase: 'connecting',
  role: 'accepted',
  outcome: GONE,
  within: 'at once',
  why: 'The client has left while `authenticate` ran, whose `signal` aborts.',
};

export const ENDED_FIRST: Row<never> = {
  phase: 'closing',
  outcome: cutShort('socket-ended', NO_CLOSE),
  within: 'at once',
  why: "The FIN comes in place of the peer's Close.",
};

export const UNSEEN_LATE: Row<never> = {
  phase: 'connecting',
  role: 'accepted',
  protocol: 'TLS',
  moment: 'first',
  outcome: UNSEEN,
  within: 'headersTimeout',
  why: 'The HTTPS server is your own: its `headersTimeout` ends it, and no request has come to the listener.',
};

/** The deadline under which a fault that does no harm stays. */
const STAYS_WITHIN = {
  connecting: 'openWithinMs',
  open: 'pingEveryMs + answerWithinMs',
  closing: 'closeWithinMs',
} as const satisfies Record<Phase, Bound>;

/** The rows of a fault that does no harm. */
export const harmless = <Strike>(moment: Moment, why: Partial<Record<Phase, string>>): Row<Strike>[] =>
  PHASES.flatMap((phase) => {
    const sentence = why[phase];
    return sentence === undefined
      ? []
      : [{ phase, moment, outcome: UNHARMED, within: STAYS_WITHIN[phase], limits: LONG, why: sentence }];
  });
