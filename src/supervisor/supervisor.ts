import type { Observable } from 'rxjs';
import type { CloseReport } from '../transport/close-report.js';
import type { Transport } from '../transport/transport.js';
import type { Clock } from './clock.js';
import type { Connection } from './connection.js';
import type { DialOptions, Dialer } from './dialer.js';
import type { SupervisorEvent } from './events.js';
import type { DialLimit, Limits, Liveness } from './limits.js';
import type { ListenOptions, Listener } from './listener.js';

/** Settings of a supervisor. */
export interface SupervisorOptions {
  /** Names it in events and diagrams. Default `supervisor`. */
  readonly name?: string | undefined;
  /** Defaults of its listeners and dialers. */
  readonly limits?: Partial<Limits> | undefined;
  /** Default of its listeners and dialers; `false` sends no Pings. */
  readonly liveness?: Partial<Liveness> | false | undefined;
  /** How fast its dialers may dial, all together; taken before `url` and `headers` are asked, first come, first served. */
  readonly dialLimiter?: Partial<DialLimit> | undefined;
  /** Default: the system's. */
  readonly clock?: Clock | undefined;
  /** Default: the ws transport. */
  readonly transport?: Transport | undefined;
  /** Stops the supervisor when it aborts. */
  readonly signal?: AbortSignal | undefined;
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
}

/** Counts over a supervisor's life, and what there is now. */
export interface SupervisorStats {
  readonly state: SupervisorState;
  readonly connections: { readonly connecting: number; readonly open: number; readonly closing: number };
  /** Connections that have ended, by trigger. */
  readonly ended: Readonly<Partial<Record<CloseReport['trigger'], number>>>;
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
  readonly children: { readonly listeners: number; readonly dialers: number };
  /** How long, in ms, this process's event loop was found stalled so far. */
  readonly localStallMs: number;
}

/** Owns listeners and dialers, and every connection of theirs. */
export interface Supervisor extends AsyncDisposable {
  readonly name: string;
  readonly state: SupervisorState;
  /** Whether it takes new connections. */
  readonly isReady: boolean;
  /** Resolves when it has ended, by `stop` or by failure. Never rejects. */
  readonly ended: Promise<SupervisorReport>;
  /** What happens, hot; completes at the end. A throwing subscriber is detached and reported as `observer.threw`. */
  readonly events$: Observable<SupervisorEvent>;
  /** The last 1,000 close reports, oldest first. */
  readonly endings: readonly CloseReport[];
  readonly connections: ReadonlyMap<string, Connection<unknown>>;
  /** A listener or dialer by id. */
  child(id: string): Listener | Dialer | undefined;
  stats(): SupervisorStats;

  /**
   * Starts a listener.
   *
   * @throws {OptionError} for a wrong option or an id in use; {ListenError} when the port cannot be had; {EndedError}
   *   when the supervisor is not running. All by rejection.
   */
  listen<Data = undefined>(options: ListenOptions<Data>): Promise<Listener>;
  /**
   * Starts a dialer.
   *
   * @throws {OptionError} for a wrong option, URL, or an id in use; {EndedError} when the supervisor is not running.
   */
  dial(options: DialOptions): Dialer;
  /**
   * Stops every child in reverse start order: accepted connections are closed with `code`, dialed ones with 1001, and
   * all is awaited. A second call hurries it: what is left is terminated.
   */
  stop(options?: StopOptions): Promise<SupervisorReport>;
}

/** How a supervisor ends its connections. */
export interface StopOptions {
  /** Close code of accepted connections. Default 1001; a service that will be back says 1012. */
  readonly code?: number | undefined;
  /** Close reason of accepted connections. Default empty. */
  readonly reason?: string | undefined;
}
