import type { CloseFrame, CloseReport } from '../../transport/close-report.js';
import type { DialOptions } from './dial-options.js';
import type { Dialer } from './dialer.js';
import type { Listener, ListenOptions, ListenPath } from './listener.js';
import type { ExitReason, Restart } from './restart.js';
import type { SuperviseOptions, Supervisor } from './supervisor.js';

/** Which children are restarted with a child: none, every other one, or those started after it. As in OTP. */
export type Strategy = 'one_for_one' | 'one_for_all' | 'rest_for_one';

/**
 * How a child is stopped, as in OTP. A number of ms: the child is asked to end, and terminated when it has not ended
 * within that time; `Infinity` waits for it. `'brutal'`: the child is terminated at once.
 */
export type Shutdown = number | 'brutal';

/** A child that the user's own code runs: neither a dialer, a listener, nor a supervisor. */
export interface Worker {
  readonly kind: 'worker';
}

/** The handle of a child, which its supervisor gives to users. */
export type Child = Listener | Dialer | Supervisor | Worker;

/** How one run of a child ended. */
export interface Exit {
  readonly reason: ExitReason;
  /** The close report that decided the reason, if there is one. */
  readonly report?: CloseReport | undefined;
  /** The error that decided the reason, if there is one. */
  readonly error?: unknown;
}

/** How a child exited, in OTP's terms, with the report that decided the reason. */
export interface ChildExit {
  readonly id: string;
  readonly reason: ExitReason;
  /**
   * For a dialer, the report of its last connection. For a supervisor whose intensity was exceeded, the report of the
   * exit that exceeded it.
   */
  readonly report: CloseReport | undefined;
  readonly error?: unknown;
}

/** One run of a child, as its supervisor holds it. In OTP this is a process. */
export interface RunningChild<Handle extends Child = Child> {
  /**
   * The handle that users get. A restart may return the same handle again: then those who hold it can keep using it.
   */
  readonly handle: Handle;
  /**
   * Resolves when this run has ended. A rejection counts as an abnormal exit, and so does a value that is not an
   * `Exit`.
   */
  readonly exited: Promise<Exit>;
  /** Asks the run to end in good order; then `exited` resolves. Accepted connections are closed with `close`. */
  shutDown(close: CloseFrame): void;
  /**
   * Ends the run at once; then `exited` resolves. A worker whose `exited` does not resolve within 5,000 ms is given up,
   * as an abnormal exit.
   */
  terminate(): void;
  /**
   * Whether this child may end at the same time as its neighbours when its supervisor stops it. Dialers and listeners
   * do, and supervisors do while each of their children does. Any other child is asked to end when all children started
   * after it have ended, and the children before it wait for its end, as in OTP. Default `false`.
   */
  readonly endsTogether?: boolean | undefined;
  /** Called with the last exit when the supervisor no longer restarts the child behind this handle. */
  conclude?(exit: ChildExit): void;
}

/** The argument of `ChildSpec.start`. */
export interface ChildContext {
  readonly id: string;
  /** Aborts when the supervisor stops while the child is starting. */
  readonly signal: AbortSignal;
  /** Starts a dialer as this child. @throws {OptionError} for a wrong option. */
  dial(options: Omit<DialOptions, keyof ChildSettings>): RunningChild<Dialer>;
  /**
   * Starts a listener as this child.
   *
   * @throws {OptionError} for a wrong option; {ListenError} when the port cannot be had. Both by rejection.
   */
  listen<Data = undefined, const Path extends ListenPath = ListenPath>(
    options: Omit<ListenOptions<Data, Path>, keyof ChildSettings>,
  ): Promise<RunningChild<Listener>>;
  /**
   * Starts a supervisor as this child, with its own children. Rejects with the error of the first child that cannot
   * be started.
   */
  supervise(options: Omit<SuperviseOptions, keyof ChildSettings>): Promise<RunningChild<Supervisor>>;
}

/** How a child is supervised: options that every child takes. */
export interface ChildSettings {
  /**
   * Its id among the supervisor's children: 1 to 128 printable ASCII characters. Default: a generated id, `dialer-1`.
   */
  readonly id?: string | undefined;
  /** When the child is restarted after an exit. Default `permanent`, as in OTP; `transient` for `dial`. */
  readonly restart?: Restart | undefined;
  /** How the child is stopped. Default `Infinity` for supervisors, 5,000 ms for all others. */
  readonly shutdown?: Shutdown | undefined;
}

/** How a child is started, restarted, and stopped. As a child specification in OTP. */
export interface ChildSpec<Handle extends Child = Child> extends ChildSettings {
  /**
   * Starts the child; called again for each restart. A start fails when it throws or rejects, when it returns anything
   * but a running child, or when it returns this supervisor or one of its ancestors.
   *
   * While a start is pending the supervisor starts, stops, and judges no other child, as in OTP: so it must not await
   * the start of another child.
   */
  readonly start: (context: ChildContext) => RunningChild<Handle> | Promise<RunningChild<Handle>>;
}

/**
 * The state of a child. `restarting`: the start of a restart has failed and is tried again. `stopped`: the child does
 * not run; its spec is kept for `restartChild`.
 */
export type ChildState = 'starting' | 'running' | 'stopping' | 'restarting' | 'stopped';

/** One child, as `whichChildren` lists it. */
export interface ChildInfo {
  readonly id: string;
  /** `undefined` until its first start has succeeded. */
  readonly kind: Child['kind'] | undefined;
  readonly state: ChildState;
  readonly restart: Restart;
  readonly shutdown: Shutdown;
  /** The number of restarts by the supervisor. */
  readonly restarts: number;
}

/** The counts that `countChildren` returns. As OTP's `count_children`. */
export interface ChildCounts {
  /** Children, running or not. */
  readonly specs: number;
  /** Children that run. */
  readonly active: number;
  /** Supervisors among the children, running or not. */
  readonly supervisors: number;
  /** All others, running or not. */
  readonly workers: number;
}
