import type { SupervisorReport } from './api/supervisor.js';
import { isInstance, show } from './options/option-rules.js';
import { deferred } from './time/deferred.js';

/** The code of the warning. It is stable. */
const FAILURE_WARNING = 'WIREKEEPER_SUPERVISOR_FAILED';

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
  const detail = textOf(cause?.error);
  process.emitWarning(
    `supervisor ${name} has failed${why}. To handle this, read its ended or subscribe to its events$.`,
    {
      type: 'WirekeeperWarning',
      code: FAILURE_WARNING,
      ...(detail === undefined ? {} : { detail }),
    },
  );
}

/** Returns a text for what was thrown, which may be anything and may throw when its properties are read. */
function textOf(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  try {
    const text: unknown = isInstance(error, Error) ? (error.stack ?? error.message) : error;
    return isInstance(error, Error) && typeof text === 'string' ? text : show(text);
  } catch {
    return 'an error that cannot be shown';
  }
}
