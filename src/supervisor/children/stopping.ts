import type { CloseFrame } from '../../transport/close-report.js';
import { contain } from '../../transport/contain.js';
import type { Exit, RunningChild, Shutdown } from '../api/child-spec.js';
import type { Clock } from '../api/clock.js';
import { deferred } from '../time/deferred.js';
import { crashed } from './checked-run.js';

/** The Close that children send when they are stopped, unless `stop` was given another. */
export const GOING_AWAY: CloseFrame = { code: 1001, reason: '' };

/** How long a worker may take to end after `terminate`, in ms: only the user's code can end it. */
const GIVEN_UP_AFTER_MS = 5_000;

/**
 * Stops one run: asks it to end in good order, and terminates it when its shutdown budget is used up. A worker that
 * still does not end is given up, so that its supervisor always ends.
 */
export class Stopping {
  /** Resolves with the exit. An error thrown by the run's own methods is an abnormal exit. Never rejects. */
  readonly exit: Promise<Exit>;
  readonly #running: RunningChild;
  readonly #clock: Clock;
  readonly #exit = deferred<Exit>();
  #budget: unknown;
  #fault: { readonly error: unknown } | undefined;
  #isTerminated = false;

  /** @param shutdown the budget of the run: `'brutal'` terminates it at once. */
  constructor(running: RunningChild, shutdown: Shutdown, close: CloseFrame, clock: Clock) {
    this.#running = running;
    this.#clock = clock;
    this.exit = this.#exit.promise;
    void running.exited.catch(crashed).then((exit) => this.#ended(exit));
    if (shutdown === 'brutal') this.terminate();
    else this.#shutDown(close, shutdown);
  }

  /** Terminates the run; a second call does nothing. */
  terminate(): void {
    if (this.#isTerminated) return;
    this.#isTerminated = true;
    this.#clock.clearTimeout(this.#budget);
    if (this.#running.handle.kind === 'worker') this.#budget = this.#clock.setTimeout(this.#giveUp, GIVEN_UP_AFTER_MS);
    // After a failed `terminate` there is nothing else to try: the run counts as ended.
    contain(
      () => this.#running.terminate(),
      (error) => this.#ended(crashed(error)),
    );
  }

  readonly #giveUp = (): void =>
    this.#ended(
      crashed(new Error(`a worker had not ended ${GIVEN_UP_AFTER_MS} ms after it was terminated; it was given up`)),
    );

  #shutDown(close: CloseFrame, budgetMs: number): void {
    if (budgetMs !== Number.POSITIVE_INFINITY) this.#budget = this.#clock.setTimeout(() => this.terminate(), budgetMs);
    contain(
      () => this.#running.shutDown(close),
      (error) => {
        this.#fault ??= { error };
        this.terminate();
      },
    );
  }

  #ended(exit: Exit): void {
    this.#clock.clearTimeout(this.#budget);
    this.#exit.resolve(this.#fault === undefined ? exit : crashed(this.#fault.error));
  }
}
