import type { CloseFrame } from '../../transport/close-report.js';
import { contain } from '../../transport/contain.js';
import { withErrorJson } from '../../transport/error-json.js';
import { type EndedError, OptionError } from '../../transport/errors.js';
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
import type { ChildPlan } from '../options/resolve-child-spec.js';
import { checkedRun } from './checked-run.js';
import { Stopping } from './stopping.js';

/** Budget of a child that is no supervisor, in ms. As in OTP. */
const WORKER_SHUTDOWN_MS = 5_000;

/** What hindered a start. */
export interface StartFault {
  readonly error: unknown;
}

/** One child of a supervisor: its spec, and its present run if there is one. */
export class ChildSlot {
  readonly id: string;
  readonly restart: Restart;
  state: ChildState = 'starting';
  /** How often it was started again by the supervisor. */
  restarts = 0;
  /** Its user has stopped it for good: it is forgotten whatever its restart type. */
  isStoppedByUser = false;
  readonly #plan: ChildPlan;
  /** The handle given out before the first start. */
  #expected: Child | undefined;
  #running: RunningChild | undefined;
  /** The run whose handle users hold, from its first start to its conclusion. */
  #held: RunningChild | undefined;
  #handle: Child | undefined;
  #lastExit: ChildExit;
  #stopping: Stopping | undefined;
  #abandon: ((reason: EndedError, ended: Promise<unknown> | undefined) => void) | undefined;

  /** @param expected the handle that the first start will give, if somebody holds it already. */
  constructor(plan: ChildPlan, expected?: Child) {
    this.#expected = this.#handle = expected;
    this.id = plan.id;
    this.restart = plan.restart;
    this.#plan = plan;
    this.#lastExit = { id: plan.id, reason: 'shutdown', report: undefined };
  }

  /** The present run. */
  get running(): RunningChild | undefined {
    return this.#running;
  }

  /** The last handle, whether it runs or not. */
  get handle(): Child | undefined {
    return this.#handle;
  }

  /** The handle that its next start is to give again; `undefined` once it was concluded. */
  get heldHandle(): Child | undefined {
    return this.#expected ?? this.#held?.handle;
  }

  get lastExit(): ChildExit {
    return this.#lastExit;
  }

  get shutdown(): Shutdown {
    return this.#plan.shutdown ?? (this.#handle?.kind === 'supervisor' ? Number.POSITIVE_INFINITY : WORKER_SHUTDOWN_MS);
  }

  /** Whether it may be stopped together with its neighbours. */
  get endsTogether(): boolean {
    return this.#running === undefined || this.#running.endsTogether === true;
  }

  /**
   * Starts it. What hinders it comes back: at once when its start needs no waiting.
   *
   * @param isAncestorOrSelf whether a handle is a supervisor that this child is below.
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
   * Gives up the start under way, if there is one: what comes of it later is terminated.
   *
   * @param ended what is waited for all the same: the end of what the start has begun.
   */
  abandonStart(reason: EndedError, ended: Promise<unknown> | undefined): void {
    this.#abandon?.(reason, ended);
  }

  /** Stops the present run within its budget. */
  async stop(close: CloseFrame, clock: Clock): Promise<ChildExit> {
    if (this.#running === undefined) return this.#lastExit;
    this.state = 'stopping';
    this.#stopping ??= new Stopping(this.#running, this.shutdown, close, clock);
    const exit = await this.#stopping.exit;
    this.#stopping = undefined;
    return this.ran(exit);
  }

  /** Terminates the present run, which is being stopped or is to be. */
  hurry(close: CloseFrame, clock: Clock): void {
    if (this.#stopping !== undefined) this.#stopping.terminate();
    else if (this.#running !== undefined) this.#stopping = new Stopping(this.#running, 'brutal', close, clock);
  }

  /** Its run has come to its end. */
  ran({ reason, report, error }: Exit): ChildExit {
    this.#running = undefined;
    const exit: ChildExit = { id: this.id, reason, report, ...(error === undefined ? {} : { error }) };
    this.#lastExit = error === undefined ? exit : withErrorJson(exit);
    return this.#lastExit;
  }

  /** A start again has failed, which is an abnormal exit. */
  failed({ error }: StartFault): ChildExit {
    return this.ran({ reason: 'abnormal', error });
  }

  /** It is not started again by itself: who holds its handle is told. */
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
      throw new OptionError(
        `startChild: the start of child ${this.id} gave a supervisor that it would be below itself.`,
      );
    const before = this.#held;
    this.#expected = undefined;
    this.#running = this.#held = started;
    this.#handle = started.handle;
    this.state = 'running';
    // The user's own start may give another handle at each restart.
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
          // Of a start that was given up nobody wants to know how it failed.
          if (!isAbandoned) resolve({ error });
        });
    });
  }
}

function isPromise(started: RunningChild | Promise<RunningChild>): started is Promise<RunningChild> {
  return typeof (started as Partial<Promise<RunningChild>> | undefined)?.then === 'function';
}

/** Of a start that was given up nobody wants to know how its run ended. */
function ignore(): void {}
