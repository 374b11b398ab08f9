import type { Observable, Unsubscribable } from 'rxjs';
import type { CloseReport } from '../../transport/close-report.js';
import type { Transport } from '../../transport/transport.js';
import type { Child, ChildCounts, ChildInfo, ChildSettings, ChildSpec, Strategy } from './child-spec.js';
import type { Clock } from './clock.js';
import type { Connection } from './connection.js';
import type { DialOptions } from './dial-options.js';
import type { Dialer } from './dialer.js';
import type { DrainOptions, DrainReport, StopOptions } from './drain.js';
import type { SupervisorEvent } from './events.js';
import type { HandshakeFollower } from './handshake-follower.js';
import type { DialLimit, Limits, Liveness } from './limits.js';
import type { AcceptOptions, Listener, ListenOptions, ListenPath } from './listener.js';
import type { Observer } from './observer.js';
import type { Intensity } from './restart.js';
import type { SupervisorStats } from './stats.js';
import type { SupervisorReport, SupervisorState } from './supervisor-report.js';

/** Options of a supervisor. */
export interface SupervisorOptions {
  /** The supervisor's name in events and diagrams. Default `supervisor`. */
  readonly name?: string | undefined;
  /** Which children are restarted with a child. Default `one_for_one`. */
  readonly strategy?: Strategy | undefined;
  /** How many restarts the supervisor makes before it gives up, as in OTP. Default 3 within 5,000 ms. */
  readonly intensity?: Partial<Intensity> | undefined;
  /** Its own `maxConnections`; the other limits are defaults of its listeners and dialers. */
  readonly limits?: Partial<Limits> | undefined;
  /** How often peers are pinged, unless a listener or dialer says otherwise; `false` sends no Pings. */
  readonly liveness?: Partial<Liveness> | false | undefined;
  /** How fast its dialers may dial together. A dialer waits for its turn before `url` and `headers` are called. */
  readonly dialLimiter?: Partial<DialLimit> | undefined;
  /**
   * Whether pending work keeps the process alive where no socket does: a dialer until it has exited, a wait with a
   * deadline (`connected`, `receive`, `sendAndWait`) until it is settled, a drain until its account is closed, and a
   * stop until it is done. Liveness, idleness, and expiry deadlines never do. This holds for child supervisors as well.
   * A `clock` of your own needs a `keepAlive` method for it. Default `true`.
   */
  readonly keepAlive?: boolean | undefined;
  /**
   * Whether failures that nobody hears of are warnings of Node (`process.emitWarning`): that the supervisor has failed,
   * when nobody has read `ended` and `events$` has no subscriber (code `WIREKEEPER_SUPERVISOR_FAILED`), and the first
   * time that a handler throws while `events$` has no subscriber (`WIREKEEPER_HANDLER_THREW`). The detail of a warning
   * is the error. A child supervisor never warns: its parent handles its failure, and the topmost supervisor's option
   * decides about handlers. Default `true`.
   */
  readonly warnWhenFailed?: boolean | undefined;
  /** The clock that all deadlines and timestamps come from. Default: the system's. */
  readonly clock?: Clock | undefined;
  /**
   * Returns a number from 0 to below 1 for each decision that is left to chance: how long backoffs last, when and in
   * which order a drain closes connections, which of them a `share` picks, and when a connection is first pinged. With
   * a seeded function and a `clock` of your own these decisions can be replayed. It holds for child supervisors too.
   * What it throws is an uncaught exception, as is another number than these. Default `Math.random`.
   */
  readonly random?: (() => number) | undefined;
  /** Makes the sockets: for example `createMemoryTransport` of `wirekeeper/testing`. Default: real sockets. */
  readonly transport?: Transport | undefined;
  /** Stops the supervisor when it aborts. Default none. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Observes the machines from the start, those of child supervisors too: `createRecorder` of `wirekeeper/inspect`
   * makes one that keeps a timeline of each. Default none.
   */
  readonly recorder?: Observer | undefined;
}

/**
 * Options of a child supervisor. `name` defaults to the parent's name and the id, as a path; `limits` and `liveness`
 * default to the parent's. Without a `dialLimiter` it shares the dial limit of its parent.
 */
export interface SuperviseOptions
  extends ChildSettings,
    Omit<SupervisorOptions, 'clock' | 'random' | 'transport' | 'keepAlive' | 'warnWhenFailed' | 'recorder'> {
  /**
   * The first children, started in this order before the start of the supervisor is over, and again at each of its
   * restarts. Children added later are lost at a restart, as in OTP. Default none.
   */
  readonly children?: readonly ChildSpec[] | undefined;
}

export type { SupervisorReport, SupervisorState } from './supervisor-report.js';

/** Owns children (listeners, dialers, workers, and other supervisors) and all of their connections. */
export interface Supervisor extends AsyncDisposable {
  readonly kind: 'supervisor';
  /** The id among the parent's children; the name when there is no parent. */
  readonly id: string;
  readonly name: string;
  readonly state: SupervisorState;
  /** The clock of its deadlines and timestamps. */
  readonly clock: Clock;
  /** Whether the supervisor takes new connections: false from the start of a full drain or a stop. */
  readonly isReady: boolean;
  /**
   * Resolves when the supervisor has ended: by `stop` or `terminate`, by its parent, or because its restart intensity
   * was exceeded. Never rejects.
   */
  readonly ended: Promise<SupervisorReport>;
  /**
   * The events of this supervisor and of its child supervisors. Hot; completes when the supervisor has ended. Events
   * published by a subscriber are queued until the current one has been delivered. A subscriber that throws, also one
   * behind operators, is unsubscribed and reported as `observer.threw`.
   */
  readonly events$: Observable<SupervisorEvent>;
  /**
   * Attaches an observer to the machines of this supervisor, of its child supervisors, of their dialers, and of their
   * connections. `unsubscribe` detaches it. Where nobody observes, observation costs nothing.
   *
   * @throws {OptionError} when `observer` is no object, or one of its methods is no function.
   */
  observe(observer: Observer): Unsubscribable;
  /**
   * Attaches a follower to the opening handshakes of this supervisor and of its child supervisors: those of clients,
   * and each attempt of a dialer. `unsubscribe` detaches it. Where nobody follows, this costs nothing.
   *
   * @throws {OptionError} when `follower` is no object, or one of its methods is no function.
   */
  followHandshakes(follower: HandshakeFollower): Unsubscribable;
  /** The last 1,000 close reports, oldest first, those of child supervisors included. */
  readonly endings: readonly CloseReport[];
  /** The connections that have not ended, by id, those of child supervisors included. */
  readonly connections: ReadonlyMap<string, Connection<unknown>>;
  /** Returns the present handle of a child, whether it runs or not. */
  child(id: string): Child | undefined;
  stats(): SupervisorStats;
  /** Returns plain data for logs. `connections` includes those of child supervisors. */
  toJSON(): Pick<Supervisor, 'kind' | 'id' | 'name' | 'state'> & {
    readonly connections: number;
    readonly children: readonly ChildInfo[];
  };

  /** Lists every child, in start order. */
  whichChildren(): readonly ChildInfo[];
  countChildren(): ChildCounts;
  /**
   * Starts a child, and keeps its spec when the start succeeds. Calls, exits, and restarts are handled one after the
   * other, as in OTP.
   *
   * @throws {OptionError} for a wrong spec; {ChildError} (`already-started`, `already-present`) for an id in use;
   *   {EndedError} when the supervisor is not running; the error of a start that failed. All by rejection.
   */
  startChild<Handle extends Child>(spec: ChildSpec<Handle>): Promise<Handle>;
  /**
   * Stops a child within its shutdown budget. Its spec is kept, except that of a temporary child.
   *
   * @throws {ChildError} (`not-found`) by rejection.
   */
  terminateChild(id: string): Promise<void>;
  /**
   * Starts a child whose spec was kept, with a new handle.
   *
   * @throws {ChildError} (`not-found`, `running`, `restarting`); {EndedError} when the supervisor is not running; the
   *   error of a start that failed: then the spec is kept. All by rejection.
   */
  restartChild(id: string): Promise<Child>;
  /**
   * Forgets the spec of a child that does not run.
   *
   * @throws {ChildError} (`not-found`, `running`, `restarting`) by rejection.
   */
  deleteChild(id: string): Promise<void>;

  /**
   * Starts a listener. Short for `startChild` with a spec made from the options.
   *
   * @throws {OptionError} for a wrong option; {ChildError} for an id in use; {ListenError} when the port cannot be had;
   *   {EndedError} when the supervisor is not running. All by rejection.
   */
  listen<Data = undefined, const Path extends ListenPath = ListenPath>(
    options: ListenOptions<Data, Path>,
  ): Promise<Listener>;
  /**
   * Starts a listener without a port or a server, and returns it at once: upgrades may be passed to its `handleUpgrade`
   * from this call on. For code that has to be synchronous, such as the set-up of a framework; otherwise as `listen`.
   *
   * @throws {OptionError} for a wrong option; {ChildError} for an id in use; {EndedError} when the supervisor is not
   *   running.
   */
  accept<Data = undefined, const Path extends ListenPath = ListenPath>(options: AcceptOptions<Data, Path>): Listener;
  /**
   * Starts a dialer. Short for `startChild` with a spec made from the options, but it returns the handle at once.
   *
   * @throws {OptionError} for a wrong option or URL; {ChildError} for an id in use; {EndedError} when the supervisor is
   *   not running.
   */
  dial(options: DialOptions): Dialer;
  /**
   * Starts a child supervisor. Short for `startChild` with a spec made from the options. Resolves when the first
   * children of the new supervisor run. Each restart makes a new supervisor: `child(id)` returns the present one.
   *
   * @throws {OptionError} for a wrong option; {ChildError} for an id in use; {EndedError} when the supervisor is not
   *   running; the error of the first child that cannot be started. All by rejection.
   */
  supervise(options?: SuperviseOptions): Promise<Supervisor>;
  /**
   * Stops every child, in reverse start order, each within its shutdown budget. Neighbouring dialers and listeners end
   * together, workers when the children started after them have ended: see `RunningChild.endsTogether`. Accepted
   * connections are closed with `code`, dialed ones with 1001, and all of them are awaited. A start under way is called
   * off. The supervisor's parent forgets it.
   *
   * A second call joins the first: its options are checked and not used, and closing handshakes keep their time,
   * `closeWithinMs`. During a drain the connections that are still open are closed at once. The end of an `await using`
   * block is a call without options.
   *
   * @returns the report that `ended` resolves with.
   * @throws {CloseFrameError} for a code or reason that may not be sent; {OptionError} for a wrong option. Nothing is
   *   stopped then.
   */
  stop(options?: StopOptions): Promise<SupervisorReport>;
  /**
   * Stops at once: sends each open connection a Close with 1001, drops its TCP without waiting for the answer, and
   * terminates every child. Also cuts short a `stop` or `drain` that is under way. Workers may take up to 5,000 ms to
   * end. The supervisor's parent forgets it.
   *
   * @returns the report that `ended` resolves with.
   */
  terminate(): Promise<SupervisorReport>;
  /**
   * Ends connections at a pace, and accounts for each of them. A full drain, for a restart, also ends the supervisor:
   *
   * 1. The supervisor is not ready from the call on. For `notReadyFirstMs` it still takes connections.
   * 2. Listeners refuse new connections with 503 and a `Retry-After`, and the `drainSignal` of every handler aborts.
   * 3. After `finishFirstMs` the accepted connections that are left are closed with `code`, evenly over `spreadMs`.
   * 4. When all of them have ended, and their handlers too or a second later, the supervisor stops. Dialed connections,
   *    which handlers of accepted ones may need until then, are closed with 1001, and their dialers exit with
   *    `shutdown`.
   * 5. Connections that are left after `withinMs` are terminated.
   *
   * With `where` or `share` the drain is a partial one: the connections picked are announced, closed, and awaited as in
   * 2 to 4, but no handshake is refused, and the supervisor runs on. Child supervisors are drained together with their
   * parent, at one pace. During a full drain children are not restarted.
   *
   * A second full drain joins the first: its options are checked and not used. `stop` closes the connections that are
   * left at once, and `terminate` drops them. `signal` calls the drain off: connections that are not closed yet stay,
   * although their handlers may finish by themselves, and the supervisor runs on.
   *
   * @throws {OptionError} for a wrong option; {CloseFrameError} for a code or reason that may not be sent; {EndedError}
   *   when the supervisor is not running; the signal's reason when it has aborted already; the error that `where`
   *   throws. All by rejection, and nothing has begun then.
   */
  drain(options?: DrainOptions): Promise<DrainReport>;
}
