import type { SupervisorReport } from './api/supervisor.js';
import { warn } from './reporting/process-warning.js';
import { deferred } from './time/deferred.js';

/** Settles the report of a supervisor, and has Node warn of a failure that nobody awaits. */
export class SupervisorEnd {
  readonly #report = deferred<SupervisorReport>();
  #isAwaited = false;

  /** The report, for internal use: reading it does not count as awaiting it. */
  get report(): Promise<SupervisorReport> {
    return this.#report.promise;
  }

  /** The report, for users: reading it counts as awaiting it. */
  get awaited(): Promise<SupervisorReport> {
    this.#isAwaited = true;
    return this.#report.promise;
  }

  /** @param warns whether to warn of a failure that nobody awaits. */
  settle(report: SupervisorReport, warns: boolean): void {
    this.#report.resolve(report);
    if (report.outcome === 'failed' && warns && !this.#isAwaited) warnOf(report);
  }
}

function warnOf({ name, cause }: SupervisorReport): void {
  const why = cause === undefined ? '' : `: the exit of child ${cause.id} (${cause.reason}) exceeded its intensity`;
  warn(
    'WIREKEEPER_SUPERVISOR_FAILED',
    `supervisor ${name} has failed${why}. To handle this, read its ended or subscribe to its events$.`,
    cause?.error,
  );
}
