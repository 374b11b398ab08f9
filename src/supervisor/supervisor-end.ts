import type { SupervisorReport } from './api/supervisor.js';
import { isInstance, show } from './options/option-rules.js';
import { deferred } from './time/deferred.js';

/** The code of the warning. Stable. */
const FAILURE_WARNING = 'WIREKEEPER_SUPERVISOR_FAILED';

/** The end of a supervisor, and whether anybody wants to know of it: of a failure that nobody hears of Node warns. */
export class SupervisorEnd {
  readonly #report = deferred<SupervisorReport>();
  #isAwaited = false;

  /** How it ended, for the supervisor's own use: reading it does not count as awaiting the end. */
  get report(): Promise<SupervisorReport> {
    return this.#report.promise;
  }

  /** How it ended, for users. */
  get awaited(): Promise<SupervisorReport> {
    this.#isAwaited = true;
    return this.#report.promise;
  }

  /** @param warnsUnheard whether to warn of a failure that nobody awaits. */
  settle(report: SupervisorReport, warnsUnheard: boolean): void {
    this.#report.resolve(report);
    if (report.outcome === 'failed' && warnsUnheard && !this.#isAwaited) warnOf(report);
  }
}

function warnOf({ name, cause }: SupervisorReport): void {
  const why =
    cause === undefined
      ? ''
      : `: child ${cause.id} exited ${cause.reason}, which was once more than its intensity allows`;
  const detail = textOf(cause?.error);
  process.emitWarning(
    `supervisor ${name} has failed${why}. Read its ended, or subscribe to its events$, to deal with it.`,
    {
      type: 'WirekeeperWarning',
      code: FAILURE_WARNING,
      ...(detail === undefined ? {} : { detail }),
    },
  );
}

/** What was thrown may be anything, and may throw when it is looked at. */
function textOf(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  try {
    const text: unknown = isInstance(error, Error) ? (error.stack ?? error.message) : error;
    return isInstance(error, Error) && typeof text === 'string' ? text : show(text);
  } catch {
    return 'an error that cannot be shown';
  }
}
