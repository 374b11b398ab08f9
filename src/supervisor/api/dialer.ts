import type { Observable } from 'rxjs';
import type { CloseReport } from '../../transport/close-report.js';
import type { Frame, Sendable } from '../../transport/frame.js';
import type { ChildExit } from './child-spec.js';
import type { Connection, ConnectionSnapshot, SendResult } from './connection.js';
import type { WaitOptions } from './wait-options.js';

/** What is known when an attempt is made. */
export interface DialAttempt {
  /** The dialer that makes the attempt. */
  readonly dialer: Dialer;
  /** The `epoch` of the connection that is being made: its number among the dialer's connections, from 1. */
  readonly epoch: number;
  /** The number of this attempt since the last stable connection, from 1; in an overlap, among its attempts. */
  readonly attempt: number;
  /**
   * Whether a fresh credential is wanted: the retry policy has asked for one, and no attempt with one has reached the
   * peer since.
   */
  readonly refresh: boolean;
  /** The report of the newest connection that has ended; `undefined` before the first end. */
  readonly lastReport: CloseReport | undefined;
  /** The URL of the last attempt that was dialed, with URL and header fields; `undefined` before the first one. */
  readonly previousUrl: string | undefined;
  /** The report of that attempt; `undefined` while its connection has not ended, and before the first one. */
  readonly previousReport: CloseReport | undefined;
  /** Aborts when the dialer stops or the attempt's `openWithinMs` has passed. */
  readonly signal: AbortSignal;
}

/**
 * What to do after a connection has ended:
 *
 * - `retry`: dial again after the backoff.
 * - `refresh`: the same, with a fresh credential.
 * - `stop`: give up.
 * - `{ afterMs }`: dial again after this delay, from 0 ms on, without jitter. `Infinity` waits for `redial`.
 *
 * `retry` and `refresh` wait at least as long as the peer advised, up to `backoff.maxAdviceMs`.
 */
export type RetryVerdict = 'retry' | 'refresh' | 'stop' | { readonly afterMs: number };

/** What has happened to a dialer since its last stable connection, or since it was started. */
export interface RetryContext {
  /** Whether an attempt with a fresh credential has reached the peer. */
  readonly refreshed: boolean;
  /** The number of attempts that did not lead to a stable connection; 0 right after the loss of a stable one. */
  readonly failures: number;
  /** The time without a connection, in ms. */
  readonly downMs: number;
  /**
   * The number of endings in a row with the same HTTP status, or the same close code, this one included.
   */
  readonly alike: number;
  /** Whether a connection of this dialer was ever up, also before a restart. */
  readonly wasUp: boolean;
  /** Whether a connection of this dialer was ever stable, also before a restart. */
  readonly wasStable: boolean;
}

/**
 * A retry policy: a pure function of the report, of the number of attempts in a row that did not lead to a stable
 * connection (at least 1), and of what has happened since the last stable one.
 *
 * It decides what follows on every ending, with four exceptions: a handler that returned, a handler that threw, and a
 * connection that the user closed end the dialer; `redial` dials again. A policy that throws, or returns no verdict,
 * ends the dialer like a handler that threw.
 *
 * It also decides on each failed attempt of a redial with `overlap`, with the counts of that overlap: after `stop`
 * there are no more of them, and the connection that is up stays.
 */
export type RetryPolicy = (report: CloseReport, attempt: number, context: RetryContext) => RetryVerdict;

/**
 * Full-jitter exponential backoff: before attempt n a dialer waits for a random delay between 0 and
 * min(maxMs, initialMs * factor^(n-1)).
 *
 * A dialer that has crashed is restarted at once, but waits before it dials: after n crashes in a row between half and
 * all of min(maxMs, max(initialMs, firstWithinMs) * factor^(n-1)).
 */
export interface Backoff {
  /** Default 500. */
  readonly initialMs: number;
  /** Default 30,000. */
  readonly maxMs: number;
  /** Default 2. */
  readonly factor: number;
  /**
   * How long a connection must stay open, or with `ready: 'handler'` ready, to count as stable, in ms: then the counts
   * of attempts and of crashes start again. Default 10,000.
   */
  readonly stableAfterMs: number;
  /**
   * Upper bound in ms of the random delay before the first redial after an abnormal loss (RFC 6455 section 7.2.3).
   * Default 5,000.
   */
  readonly firstWithinMs: number;
  /**
   * The longest delay in ms that a peer can advise, by `Retry-After` or in a close reason: a longer one counts as this
   * long. Default 3,600,000.
   */
  readonly maxAdviceMs: number;
}

/** The status of a dialer. */
export type DialerStatus =
  /**
   * An attempt is under way; with `queued`, it waits for the supervisor's dial limit; with `opened`, its connection is
   * open, and its handler has not called `ready`.
   */
  | { readonly type: 'dialing'; readonly attempt: number; readonly queued?: true; readonly opened?: true }
  /** After a redial with `overlap`, the next status is `up` with the new connection. */
  | { readonly type: 'up'; readonly connection: Connection }
  /**
   * The dialer waits for its backoff. `attempt` and `report` are those of the attempt that failed; after a crash, they
   * are the number of crashes in a row and the report of the last one.
   */
  | { readonly type: 'waiting'; readonly attempt: number; readonly delayMs: number; readonly report: CloseReport }
  | { readonly type: 'stopping' }
  /** The dialer has exited; a restart leads back to `waiting` or `dialing`. */
  | { readonly type: 'stopped'; readonly exit: ChildExit }
  | { readonly type: 'failed'; readonly exit: ChildExit };

/** The Close frame with which `stop` closes the connection that is up. */
export interface StopOptions {
  /** A code that may be sent: 1000, 3000 to 4999, or another that RFC 6455 leaves to programs. Default 1000. */
  readonly code?: number | undefined;
  /** At most 123 bytes of UTF-8. Default empty. */
  readonly reason?: string | undefined;
}

/** How `redial` replaces the connection that is up. Code and reason are those of its Close. */
export interface RedialOptions extends StopOptions {
  /**
   * Makes before it breaks: the connection stays up until the next one is, and only then it is closed. Default `false`:
   * it is closed at once.
   */
  readonly overlap?: boolean | undefined;
  /**
   * Where to dial, instead of the dialer's `url`: for all attempts of an overlap, otherwise for one attempt. Default:
   * the dialer's `url`.
   */
  readonly url?: string | URL | undefined;
}

/**
 * A child that keeps one dialed connection up: when a connection is lost, it dials the next one.
 *
 * It stays the same across restarts by its supervisor; only `restartChild` makes a new one.
 */
export interface Dialer extends AsyncDisposable {
  readonly kind: 'dialer';
  readonly id: string;
  readonly state: DialerStatus['type'];
  /** The connection that is up; `undefined` while there is none. */
  readonly connection: Connection | undefined;
  /**
   * The URL of the present connection, or of the last attempt while none is up, with all its secrets; `undefined`
   * before the first attempt has a URL.
   */
  readonly url: string | undefined;
  /** The report of the newest connection that has ended. */
  readonly lastReport: CloseReport | undefined;
  /**
   * Resolves with the connection that is up, or with the next one.
   *
   * @throws {EndedError} when the dialer exits first and is not restarted; {DeadlineError} when `withinMs` has passed;
   * the signal's reason when it aborts. All by rejection.
   */
  connected(options?: WaitOptions): Promise<Connection>;
  /**
   * The frames of all its connections as a hot stream: no backpressure, and no replay except of the frames that the
   * present connection holds for its first reader. Completes when `ended` resolves and never errors.
   *
   * From the first subscription on it reads each connection, so a handler may send but must not read. A subscriber that
   * throws, at once or later, closes the present connection with 1011, as a handler that throws does. After `redial`,
   * with or without `overlap`, it emits the frames of both connections until the old one has closed, those of each in
   * order.
   */
  readonly frames$: Observable<Frame>;
  /** Sends on the connection that is up. Returns `closed` while there is none: nothing is queued. */
  send(data: Sendable): SendResult;
  /**
   * Dials again at once. The present connection is closed beside the new one, with 1000 and this reason, or with the
   * code and reason of the options; a wait is cut short, after a crash too. A redial is not a failure, so the count of
   * attempts stays. The dial limit holds as for any attempt.
   *
   * With `overlap`, the present connection stays: `connection`, `state`, `url`, and `send` are about it until a new one
   * is open, or with `ready: 'handler'` ready; then they change over in one step, and the old one is closed. When an
   * attempt fails, `retry` decides: the next one comes after the backoff, or the overlap is given up and the present
   * connection stays. Failed attempts are no failures of the dialer. When the present connection is lost meanwhile,
   * the attempt under way goes on as that of any redial; when its handler returns or throws, or `close` is called, that
   * decides as ever, and the attempt is called off. Both handlers run for a while. While no connection is up, `overlap`
   * changes nothing.
   *
   * It does nothing while an attempt is under way, except that without `overlap` it closes the old connection of an
   * overlap at once. It does nothing when the present connection is ending because its handler returned or threw or
   * `close` was called: that has decided what becomes of the dialer.
   *
   * @throws {OptionError} for a wrong option; {CloseFrameError} for a code or reason that may not be sent.
   */
  redial(options?: string | RedialOptions): void;
  /**
   * Yields the present status, then every change; ends when `ended` resolves. An iterator that is more than 16 changes
   * behind yields only the latest.
   */
  status(): AsyncIterableIterator<DialerStatus>;
  /**
   * Closes the connection, with 1000 unless the options say otherwise, and does not dial again; the supervisor forgets
   * the dialer, whatever its `restart`. Resolves with `ended`. A second call joins the first, and so does the end of an
   * `await using` block.
   *
   * @throws {OptionError} for a wrong option; {CloseFrameError} for a code or reason that may not be sent. At once.
   */
  stop(options?: StopOptions): Promise<ChildExit>;
  /** The plain facts, for logs; no URL, since that may hold secrets. */
  toJSON(): Pick<Dialer, 'kind' | 'id' | 'state'> & { readonly connection: ConnectionSnapshot | undefined };
  /** Stops at once: like `stop`, but drops TCP of its connections. It also cuts short a `stop` that is under way. */
  terminate(): Promise<ChildExit>;
  /** Resolves when it has exited, its connections are gone, and its supervisor does not restart it. Never rejects. */
  readonly ended: Promise<ChildExit>;
}
