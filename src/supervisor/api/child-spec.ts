import type { CloseFrame, CloseReport } from '../../transport/close-report.js';
import type { Dialer, DialOptions } from './dialer.js';
import type { Listener, ListenOptions } from './listener.js';
import type { ExitReason, Restart } from './restart.js';
import type { SuperviseOptions, Supervisor } from './supervisor.js';

/** Who is started anew when a child is: it alone, every child, or it and those started after it. As in OTP. */
export type Strategy = 'one_for_one' | 'one_for_all' | 'rest_for_one';

/**
 * How a child is stopped, as in OTP: it is told to, and what is left of it after so many ms is terminated; `Infinity`
 * waits for it; `'brutal'` terminates it at once.
 */
export type Shutdown = number | 'brutal';

/** A child of the user's own making, neither dialer, listener, nor supervisor. */
export interface Worker {
  readonly kind: 'worker';
}

/** What a supervisor hands out for a child. */
export type Child = Listener | Dialer | Supervisor | Worker;

/** How one run of a child has ended. */
export interface Exit {
  readonly reason: ExitReason;
  /** The close report that decided it, if one did. */
  readonly report?: CloseReport | undefined;
  /** The error that decided it, if one did. */
  readonly error?: unknown;
}

/** How a child has exited, in OTP's terms, with the report that decided it. */
export interface ChildExit {
  readonly id: string;
  readonly reason: ExitReason;
  /** Of a dialer, the report of its last connection; of a supervisor that gave up, that of the exit which made it. */
  readonly report: CloseReport | undefined;
  readonly error?: unknown;
}

/** One run of a child, as its supervisor holds it: what OTP has a process for. */
export interface RunningChild<Handle extends Child = Child> {
  /** What users get. A restart that gives the same handle goes unnoticed by those who hold it. */
  readonly handle: Handle;
  /**
   * Resolves once this run has come to its end. A rejection is an abnormal exit, and so is anything that is no exit.
   */
  readonly exited: Promise<Exit>;
  /** Tells it to end in good order; `close` is for accepted connections. Answered by `exited`. */
  shutDown(close: CloseFrame): void;
  /** Ends it at once. Answered by `exited`; a worker that does not within 5,000 ms is given up, as an abnormal exit. */
  terminate(): void;
  /**
   * Whether, when its supervisor stops it, it may be told to end while those that were started after it are still
   * ending, and those before it while it is. Dialers and listeners may; supervisors may as long as each of their
   * children may. Others wait, as in OTP. Default `false`.
   */
  readonly endsTogether?: boolean | undefined;
  /** Is told when its handle is not started again by itself, with the last exit. */
  conclude?(exit: ChildExit): void;
}

/** What a child is started with. */
export interface ChildContext {
  readonly id: string;
  /** Aborts when the supervisor stops while the child is starting. */
  readonly signal: AbortSignal;
  /** Starts a dialer as this child. @throws {OptionError} for a wrong option. */
  dial(options: Omit<DialOptions, keyof ChildSettings>): RunningChild<Dialer>;
  /** Starts a listener as this child. @throws {OptionError} {ListenError} by rejection. */
  listen<Data = undefined>(options: Omit<ListenOptions<Data>, keyof ChildSettings>): Promise<RunningChild<Listener>>;
  /**
   * Starts a supervisor as this child, with children of its own. Rejects with what hindered the first that did not
   * start.
   */
  supervise(options: Omit<SuperviseOptions, keyof ChildSettings>): Promise<RunningChild<Supervisor>>;
}

/** What every child may be told about its supervision. */
export interface ChildSettings {
  /** Its name among the supervisor's children: 1 to 128 printable ASCII characters. Default: a made one. */
  readonly id?: string | undefined;
  /** Default `permanent`, as in OTP. */
  readonly restart?: Restart | undefined;
  /** Its budget when it is stopped, in ms. Default `Infinity` for supervisors, 5,000 for all others. */
  readonly shutdown?: Shutdown | undefined;
}

/** How a child is started, restarted, and stopped. */
export interface ChildSpec<Handle extends Child = Child> extends ChildSettings {
  /**
   * Starts it; called again for every restart. A throw or a rejection is a failed start, and so is anything but a
   * running child, or a supervisor that this child would be below. While it is pending the supervisor
   * does nothing else, as in OTP; so it must not await another child's start.
   */
  readonly start: (context: ChildContext) => RunningChild<Handle> | Promise<RunningChild<Handle>>;
}

/**
 * Where a child stands. `restarting`: its start has failed and is tried again; `stopped`: its spec is kept, for
 * `restartChild`.
 */
export type ChildState = 'starting' | 'running' | 'stopping' | 'restarting' | 'stopped';

/** One line of `whichChildren`. */
export interface ChildInfo {
  readonly id: string;
  /** `undefined` before its first start has succeeded. */
  readonly kind: Child['kind'] | undefined;
  readonly state: ChildState;
  readonly restart: Restart;
  readonly shutdown: Shutdown;
  /** How often it was started again by the supervisor. */
  readonly restarts: number;
}

/** As OTP's `count_children`. */
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
