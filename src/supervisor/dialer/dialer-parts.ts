import type { CloseReport } from '../../transport/close-report.js';
import type { ChildExit } from '../api/child-spec.js';
import type { Dialer } from '../api/dialer.js';
import type { Note, Subject } from '../api/observer.js';
import type { ConnectionRegistry } from '../connection/connection-registry.js';
import type { Tap } from '../connection/tap.js';
import type { RestartBackoff } from '../time/restart-backoff.js';
import type { DialAttempts } from './dial-attempts.js';
import type { RedialPlan } from './redial-plan.js';
import type { StatusBoard } from './status-board.js';

/** What lasts across the runs of a dialer. */
export interface DialerParts {
  readonly dialer: Dialer;
  readonly registry: ConnectionRegistry;
  readonly board: StatusBoard;
  readonly attempts: DialAttempts;
  readonly restarts: RestartBackoff;
  /** The dialer is not started again. */
  readonly conclude: (exit: ChildExit) => void;
  /** Calls back with the observers of the dialer's machine, if there are any. */
  readonly observed: (call: (tap: Tap, dialer: Subject) => void) => void;
  readonly note: (what: Note) => void;
  /** Reports what follows on an ending. */
  readonly judged: (report: CloseReport, plan: RedialPlan) => void;
}
