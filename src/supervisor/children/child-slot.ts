import type { CloseFrame } from '../../transport/close-report.js';
import { contain } from '../../transport/contain.js';
import { withErrorJson } from '../../transport/error-json.js';
import type { EndedError } from '../../transport/errors.js';
import type {
  Child,
  ChildContext,
  ChildExit,
  ChildInfo,
  ChildState,
  Exit,
  RunningChild,
  Shutdown,
} from '../api/child-spec.js';
import type { Clock } from '../api/clock.js';
import type { Restart } from '../api/restart.js';
import { wrongOption } from '../options/option-rules.js';
import type { ChildPlan } from '../options/resolve-child-spec.js';
import { checkedRun } from './checked-run.js';
import { Stopping } from './stopping.js';

/** Default shutdown budget of children other than supervisors, in ms. As in OTP. */
const WORKER_SHUTDOWN_MS = 5_000;

/** One child of a supervisor: its spec, its state, and its present run if there is one. */
export class ChildSlot {
  readonly id: string;
  readonly restart: Restart;
  state: ChildState = 'starting';
  /** The number of restarts by the supervisor. */
  restarts = 0;
  /** Whether its user has stopped it for good: then it is forgotten, whatever its restart type. */
  isStoppedByUser = false;
  readonly #plan: ChildPlan;
  /** The handle that was given out before the first start, until that start is over. */
  #expected: Child | undefined;
  #running: RunningChild | undefined;
  /** The last run whose handle users hold, until `conclude`. */
  #held: RunningChild | undefined;
  #handle: Child | undefined;
  #lastExit: ChildExit;
  #stopping: Stopping | undefined;
  #abandon: ((reason: EndedError, ended: Promise<unknown> | undefined) => void) | undefined;

  /** @param expected the handle that the first start will return, if it has been given out already. */
  constructor(plan: ChildPlan, expected?: Child) {
    this.#expected = this.#handle = expected;
    this.id = plan.id;
    this.restart = plan.restart;
    this.#plan = plan;
    this.#lastExit = { id: plan.id, reason: 'shutdown', report: undefined };
  }

  get running(): RunningChild | undefined {
    return this.#running;
  }

  /** The last handle, whether the child runs or not. */
  get handle(): Child | undefined {
    return this.#handle;
  }

  /** The handle that the next start is to return again; `undefined` after `conclude`. */
  get heldHandle(): Child | undefined {
    return this.#expected ?? this.#held?.handle;
  }

  get lastExit(): ChildExit {
    return this.#lastExit;
  }

  get shutdown(): Shutdown {
    return this.#plan.shutdown ?? (this.#handle?.kind === 'supervisor' ? Number.POSITIVE_INFINITY : WORKER_SHUTDOWN_MS);
  }

  /** Whether it may be stopped together with its neighbours. A child that does not run delays no other. */
  get endsTogether(): boolean {
    return this.#running === undefined || this.#running.endsTogether === true;
  }

  /**
   * Starts it. Returns the fault of a start that failed, at once if that start is synchronous.
   *
   * @param isAncestorOrSelf whether a handle is the supervisor of this child, or one of that supervisor's ancestors.
   */
  begin(
    context: ChildContext,
    isAncestorOrSelf: (handle: Child) => boolean,
  ): StartFault | undefined | Promise<StartFault | undefined> {
    this.state = 'starting';
    try {
      const started = this.#plan.start(context);
      return isPromise(started)
        ? this.#awaitStart(Promise.resolve(started), isAncestorOrSelf)
        : this.#began(started, isAncestorOrSelf);
    } catch (error) {
      return { error };
    }
  }

  /**
   * Abandons the start under way, if there is one: it fails with `reason`, and a run that it still returns is
   * terminated.
   *
   * @param ended resolves when what the start has begun has ended; the failure waits for it.
   */
  abandonStart(reason: EndedError, ended: Promise<unknown> | undefined): void {
    this.#abandon?.(reason, ended);
  }

  /** Stops the present run within its shutdown budget. Resolves with its exit. */
  async stop(close: CloseFrame, clock: Clock): Promise<ChildExit> {
    if (this.#running === undefined) return this.#lastExit;
    this.state = 'stopping';
    this.#stopping ??= new Stopping(this.#running, this.shutdown, close, clock);
    const exit = await this.#stopping.exit;
    this.#stopping = undefined;
    return this.ran(exit);
  }

  /** Terminates the present run, also one that is being stopped. */
  terminate(close: CloseFrame, clock: Clock): void {
    if (this.#stopping !== undefined) this.#stopping.terminate();
    else if (this.#running !== undefined) this.#stopping = new Stopping(this.#running, 'brutal', close, clock);
  }

  /** Records the end of the present run. */
  ran({ reason, report, error }: Exit): ChildExit {
    this.#running = undefined;
    const exit: ChildExit = { id: this.id, reason, report, ...(error === undefined ? {} : { error }) };
    this.#lastExit = error === undefined ? exit : withErrorJson(exit);
    return this.#lastExit;
  }

  /** Records a restart whose start failed, which is an abnormal exit. */
  failed({ error }: StartFault): ChildExit {
    return this.ran({ reason: 'abnormal', error });
  }

  /** Calls the child's `conclude`: the supervisor does not restart it. */
  conclude(): unknown {
    const held = this.#held;
    this.#held = undefined;
    return held?.conclude?.(this.#lastExit);
  }

  info(): ChildInfo {
    const { id, state, restart, shutdown, restarts } = this;
    return { id, kind: this.#handle?.kind, state, restart, shutdown, restarts };
  }

  #began(given: RunningChild, isAncestorOrSelf: (handle: Child) => boolean): undefined {
    const started = checkedRun(this.id, given);
    if (isAncestorOrSelf(started.handle))
      throw wrongOption(
        'startChild: start',
        `of child ${this.id} returned a supervisor that is one of its own ancestors`,
      );
    const before = this.#held;
    this.#expected = undefined;
    this.#running = this.#held = started;
    this.#handle = started.handle;
    this.state = 'running';
    // A custom `start` may return another handle at each restart: the previous handle is not restarted.
    if (before !== undefined && before.handle !== started.handle) before.conclude?.(this.#lastExit);
    return undefined;
  }

  #awaitStart(
    starting: Promise<RunningChild>,
    isAncestorOrSelf: (handle: Child) => boolean,
  ): Promise<StartFault | undefined> {
    return new Promise((resolve) => {
      let isAbandoned = false;
      this.#abandon = (error, ended) => {
        isAbandoned = true;
        if (ended === undefined) resolve({ error });
        else void ended.then(() => resolve({ error }));
      };
      starting
        .then((started) => {
          if (isAbandoned) contain(() => started.terminate(), ignore);
          else resolve(this.#began(started, isAncestorOrSelf));
        })
        .catch((error: unknown) => {
          // The failure of an abandoned start has been reported already: it is `reason`.
          if (!isAbandoned) resolve({ error });
        });
    });
  }
}

function isPromise(started: RunningChild | Promise<RunningChild>): started is Promise<RunningChild> {
  return typeof (started as Partial<Promise<RunningChild>> | undefined)?.then === 'function';
}

/** An error of the `terminate` of an abandoned run is dropped: its start has failed and is reported already. */
function ignore(): void {}

/** The error of a start that failed. */
export interface StartFault {
  readonly error: unknown;
}
