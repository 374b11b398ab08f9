import type { Observable } from 'rxjs';
import type { CloseReport, EndedBy } from '../../transport/close-report.js';
import type { Transport } from '../../transport/transport.js';
import type { Child, ChildCounts, ChildExit, ChildInfo, ChildSettings, ChildSpec, Strategy } from './child-spec.js';
import type { Clock } from './clock.js';
import type { Connection } from './connection.js';
import type { Dialer, DialOptions } from './dialer.js';
import type { DrainOptions, DrainReport } from './drain.js';
import type { SupervisorEvent } from './events.js';
import type { Fates } from './fates.js';
import type { DialLimit, Limits, Liveness } from './limits.js';
import type { Listener, ListenOptions } from './listener.js';
import type { Intensity } from './restart.js';

/** Settings of a supervisor. */
export interface SupervisorOptions {
  /** Names it in events and diagrams. Default `supervisor`. */
  readonly name?: string | undefined;
  /** Who is started anew when a child is. Default `one_for_one`. */
  readonly strategy?: Strategy | undefined;
  /** How many restarts it takes before it gives up itself, as in OTP. Default 3 within 5,000 ms. */
  readonly intensity?: Partial<Intensity> | undefined;
  /** Its own `maxConnections`; the other limits are defaults of its listeners and dialers. */
  readonly limits?: Partial<Limits> | undefined;
  /** Default of its listeners and dialers; `false` sends no Pings. */
  readonly liveness?: Partial<Liveness> | false | undefined;
  /** How fast its dialers may dial, all together; taken before `url` and `headers` are asked. */
  readonly dialLimiter?: Partial<DialLimit> | undefined;
  /**
   * Whether what it owes keeps the process alive, where no socket does: a dialer until it has exited, a wait with a
   * deadline (`connected`, `receive`, `sendAndWait`) until it is settled, a drain until its account is given, a stop
   * until it is done. Pings, idleness, and the end of a credential never do. Holds for the supervisors below as well; a
   * clock of your own needs a `keepAlive` for it. Default `true`.
   */
  readonly keepAlive?: boolean | undefined;
  /**
   * Whether Node warns (`process.emitWarning`, code `WIREKEEPER_SUPERVISOR_FAILED`) when it fails while nobody has
   * asked for its `ended` or is subscribed to its `events$`. Supervisors below never do: that is their parent's to deal
   * with. Default `true`.
   */
  readonly warnWhenFailed?: boolean | undefined;
  /** Default: the system's. */
  readonly clock?: Clock | undefined;
  /** Default: the ws transport. */
  readonly transport?: Transport | undefined;
  /** Stops the supervisor when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Settings of a supervisor below another one. `name` defaults to the parent's and the id, as a path; limits and
 * liveness to the parent's; the dial limit, unless it is given, is the parent's own and shared with it.
 */
export interface SuperviseOptions
  extends ChildSettings,
    Omit<SupervisorOptions, 'clock' | 'transport' | 'keepAlive' | 'warnWhenFailed'> {
  /**
   * Its first children, started in this order before its own start is over; again at each of its restarts. Children
   * that were added later are lost by a restart, as in OTP. Default none.
   */
  readonly children?: readonly ChildSpec[] | undefined;
}

/** Where a supervisor stands. */
export type SupervisorState = 'running' | 'draining' | 'stopping' | 'stopped' | 'failed';

/** How a supervisor ended. */
export interface SupervisorReport {
  readonly name: string;
  readonly outcome: 'stopped' | 'failed';
  /** As in OTP: `shutdown` also when the restart intensity was exceeded. */
  readonly reason: 'normal' | 'shutdown';
  /** Connections over its life. */
  readonly connections: number;
  /** The exit that exceeded the restart intensity, if that is why it failed. */
  readonly cause?: ChildExit;
}

/** Counts over a supervisor's life, and what there is now. */
export interface SupervisorStats {
  readonly state: SupervisorState;
  readonly connections: { readonly connecting: number; readonly open: number; readonly closing: number };
  /** Connections that have ended, by what began that. */
  readonly ended: Readonly<Partial<Record<CloseReport['trigger'], number>>>;
  /** Those among them whose closing handshake was cut short, by what did that. */
  readonly cutShort: Readonly<Partial<Record<EndedBy, number>>>;
  readonly endedTotal: number;
  /** Opening handshakes refused, by HTTP status. */
  readonly refused: Readonly<Record<number, number>>;
  readonly handshakesInFlight: number;
  /** Attempts to dial that are under way, and dialers that wait for the dial limit. */
  readonly dials: { readonly inFlight: number; readonly queued: number };
  /** Handlers that still run although their connection has ended. */
  readonly lingeringHandlers: number;
  readonly framesIn: number;
  readonly framesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** What became of outgoing messages. */
  readonly fates: Fates;
  /** Children by kind, running or not; without those of supervisors below. All other counts are with theirs. */
  readonly children: {
    readonly listeners: number;
    readonly dialers: number;
    readonly supervisors: number;
    readonly workers: number;
  };
  /** How long, in ms, this process's event loop was found stalled so far. */
  readonly localStallMs: number;
}

/** Owns children: listeners, dialers, and other supervisors; and every connection of theirs. */
export interface Supervisor extends AsyncDisposable {
  readonly kind: 'supervisor';
  /** Its id among its parent's children; the name of one that has no parent. */
  readonly id: string;
  readonly name: string;
  readonly state: SupervisorState;
  /** Whether it takes new connections. */
  readonly isReady: boolean;
  /**
   * Resolves when it has ended: by `stop` or `terminate`, by its parent, or since its restart intensity was exceeded. Never rejects.
   */
  readonly ended: Promise<SupervisorReport>;
  /**
   * What happens, here and in supervisors below, hot; completes at the end. A subscriber that throws, also behind
   * operators of its own, is detached and reported as `observer.threw`.
   */
  readonly events$: Observable<SupervisorEvent>;
  /** The last 1,000 close reports, oldest first, those of supervisors below included. */
  readonly endings: readonly CloseReport[];
  /** By id, those of supervisors below included. */
  readonly connections: ReadonlyMap<string, Connection<unknown>>;
  /** The present handle of a child by id, whether it runs or not. */
  child(id: string): Child | undefined;
  stats(): SupervisorStats;
  /** The plain facts, for logs. `connections` counts those of supervisors below as well. */
  toJSON(): Pick<Supervisor, 'kind' | 'id' | 'name' | 'state'> & {
    readonly connections: number;
    readonly children: readonly ChildInfo[];
  };

  /** Every child, in start order. */
  whichChildren(): readonly ChildInfo[];
  countChildren(): ChildCounts;
  /**
   * Starts a child, and keeps its spec if that succeeds. Calls, exits, and restarts are handled one after the other, as
   * in OTP.
   *
   * @throws {OptionError} for a wrong spec; {ChildError} (`already-started`, `already-present`) for an id in use;
   *   {EndedError} when the supervisor is not running; whatever hindered the start. All by rejection.
   */
  startChild<Handle extends Child>(spec: ChildSpec<Handle>): Promise<Handle>;
  /**
   * Stops a child within its shutdown budget. Its spec is kept, a temporary child's is forgotten.
   *
   * @throws {ChildError} (`not-found`) by rejection.
   */
  terminateChild(id: string): Promise<void>;
  /**
   * Starts a child whose spec was kept. Its handle is a new one.
   *
   * @throws {ChildError} (`not-found`, `running`, `restarting`); {EndedError} when the supervisor is not running;
   * whatever
   *   hindered the start, and the spec is kept then. All by rejection.
   */
  restartChild(id: string): Promise<Child>;
  /**
   * Forgets the spec of a child that does not run.
   *
   * @throws {ChildError} (`not-found`, `running`, `restarting`) by rejection.
   */
  deleteChild(id: string): Promise<void>;

  /**
   * Starts a listener: `startChild` with a spec made from the options.
   *
   * @throws {OptionError} for a wrong option; {ChildError} for an id in use; {ListenError} when the port cannot be had;
   *   {EndedError} when the supervisor is not running. All by rejection.
   */
  listen<Data = undefined>(options: ListenOptions<Data>): Promise<Listener>;
  /**
   * Starts a dialer: `startChild` with a spec made from the options, but its handle is given out at once.
   *
   * @throws {OptionError} for a wrong option or URL; {ChildError} for an id in use; {EndedError} when the supervisor is
   * not
   *   running.
   */
  dial(options: DialOptions): Dialer;
  /**
   * Starts a supervisor below this one: `startChild` with a spec made from the options. It resolves when the first
   * children of that supervisor run. A restart of it makes a new one: `child(id)` gives the present one.
   *
   * @throws {OptionError} for a wrong option; {ChildError} for an id in use; {EndedError} when the supervisor is not
   *   running; whatever hindered the first child that did not start. All by rejection.
   */
  supervise(options?: SuperviseOptions): Promise<Supervisor>;
  /**
   * Stops every child, each within its shutdown budget, in reverse start order; dialers and listeners side by side
   * end together, workers when those started after them have ended, see `RunningChild.endsTogether`. Accepted
   * connections are closed with `code`, dialed ones with 1001, and all of them are awaited. A start under way is called
   * off. A supervisor below another one is forgotten by it.
   *
   * Closing handshakes have their time, `closeWithinMs`, however often it is called: a second call joins the first, its
   * options are checked and not used. During a drain it ends the pace, so that what is still open is closed at once.
   * The end of an `await using` block is a call without options.
   *
   * @returns the report that `ended` resolves with.
   * @throws {CloseFrameError} for a code or reason that may not be sent; {OptionError} for a wrong option. Nothing is
   *   stopped then.
   */
  stop(options?: StopOptions): Promise<SupervisorReport>;
  /**
   * Stops at once: drops TCP of every connection, without waiting for a closing handshake, and terminates every child.
   * Also cuts short a `stop` or a `drain` that is under way. Workers may take up to 5,000 ms to end. A supervisor below
   * another one is forgotten by it.
   *
   * @returns the report that `ended` resolves with.
   */
  terminate(): Promise<SupervisorReport>;
  /**
   * Ends connections at a pace, and accounts for each of them. A full drain, for a restart, also ends the supervisor:
   *
   * 1. At once it is not ready any more; for `notReadyFirstMs` connections are still taken.
   * 2. Listeners refuse new ones with 503 and a `Retry-After`, and `drainSignal` tells every handler.
   * 3. After `finishFirstMs` the accepted connections that are left are closed, evenly over `spreadMs`, with `code`.
   * 4. When all have ended, and their handlers too or a second later, it stops: dialed connections, which may serve
   * accepted
   *    ones, are closed with 1001, and their dialers exit with `shutdown`.
   * 5. What is left after `withinMs` is terminated.
   *
   * With `where` or `share` only 2 to 4 happen, to the accepted connections picked; handshakes are not refused, and the
   * supervisor runs on. Supervisors below are drained with it, by one pace, and children are not started again
   * meanwhile.
   *
   * A second full drain joins the first: its options are checked and not looked at. `stop` overtakes it: what is left
   * is closed at once; `terminate` drops it. Its `signal` calls it off: what it has not closed stays, though handlers that were told may
   * finish, and the supervisor runs on.
   *
   * @throws {OptionError} for a wrong option; {CloseFrameError} for a code or reason that may not be sent; {EndedError}
   *   when the supervisor is not running; the signal's reason when it had aborted before; what `where` throws. All by
   *   rejection, and nothing has begun then.
   */
  drain(options?: DrainOptions): Promise<DrainReport>;
}

/** How a supervisor ends its connections. */
export interface StopOptions {
  /** Close code of accepted connections. Default 1001; a service that will be back says 1012. */
  readonly code?: number | undefined;
  /** Close reason of accepted connections. Default empty. */
  readonly reason?: string | undefined;
}
