import type { CloseReport } from '../../transport/close-report.js';
import type { Child, ChildExit } from './child-spec.js';
import type { Connection } from './connection.js';
import type { DialerStatus } from './dialer.js';
import type { DrainReport } from './drain.js';
import type { Intensity } from './restart.js';
import type { SupervisorReport } from './supervisor.js';

/**
 * What a supervisor reports through `events$`. A logger is one subscriber. A supervisor also publishes the events of
 * its child supervisors; `supervisor` is then the name of the supervisor that the event is about.
 */
export type SupervisorEvent =
  /** A listener accepts connections. */
  | { readonly type: 'listener.started'; readonly childId: string; readonly port: number | undefined }
  | { readonly type: 'listener.suspended'; readonly childId: string }
  | { readonly type: 'listener.resumed'; readonly childId: string }
  | { readonly type: 'listener.stopped'; readonly childId: string }
  /** Accepting a client failed, for example because no file descriptor was left. The listener goes on. */
  | { readonly type: 'listener.error'; readonly childId: string; readonly error: Error }
  /**
   * A request was answered with an HTTP error instead of 101: by `authenticate`, by the listener, or, on a port of the
   * listener's own, by Node.js. Status 499: the client went away before the answer. `why` is the limit that was
   * exceeded (`maxConnectionsPerAddress`), or what else has refused it: `host`, `origin`, `path`, `handshake`,
   * `authenticate`, `protocols`, `transport`, `draining`, the state of a listener that does not listen (`suspended`,
   * `stopped`), or `gone`.
   */
  | {
      readonly type: 'handshake.refused';
      readonly childId: string;
      readonly status: number;
      readonly why: string;
      /** The path without the query. Empty if the request was not read as far as that, or asked for no resource. */
      readonly path: string;
      /** With the query, which may hold a credential: `JSON.stringify`, `console.log`, and copies leave it out. */
      readonly url: string;
      readonly remoteAddress: string | undefined;
      readonly error?: unknown;
    }
  /**
   * Other code has taken the socket of an opening handshake that this listener was about to answer, so the listener has
   * left it alone: another upgrade listener of a shared server, or a second `handleUpgrade` for one socket. `how` says
   * what was done with the socket. socket.io ends upgrades that it does not know after a second, or after its option
   * `destroyUpgradeTimeout`: then `waitedMs` is there, and `how` says so.
   */
  | {
      readonly type: 'handshake.taken';
      readonly childId: string;
      readonly how: string;
      /** How long it had waited for `authenticate`, in ms. Not there if it did not wait for it. */
      readonly waitedMs?: number;
      /** As in `handshake.refused`. */
      readonly path: string;
      readonly url: string;
      readonly remoteAddress: string | undefined;
    }
  | { readonly type: 'connection.opened'; readonly connection: Connection<unknown> }
  | { readonly type: 'connection.ended'; readonly report: CloseReport }
  /**
   * A peer sends more than `limit` allows in a second, so nothing is read from it for the rest of each second.
   * Published once as long as it goes on.
   */
  | {
      readonly type: 'connection.throttled';
      readonly connectionId: string;
      readonly limit: 'maxMessagesPerSecond' | 'maxBytesPerSecond';
    }
  /**
   * A handler returned although its `frames$` had subscribers, and the connection closes. This is nearly always a
   * mistake: the handler should `return connection.closed`.
   */
  | { readonly type: 'handler.left-subscribers'; readonly connectionId: string }
  /** A handler still runs a second after its connection has ended. */
  | { readonly type: 'handler.lingering'; readonly connectionId: string }
  /**
   * A handler that was reported as lingering has ended; or a handler, a subscriber, or a listener of its signals has
   * thrown `error` after the connection's report was published, other than by the interruption of a wait.
   */
  | { readonly type: 'handler.finished'; readonly connectionId: string; readonly error?: unknown }
  /** The status of a dialer has changed. */
  | { readonly type: 'dialer.status'; readonly childId: string; readonly status: DialerStatus }
  /**
   * A dialer's connection has ended, or an attempt has failed, and `verdict` says what follows. Another attempt: as
   * usual (`retry`), with a fresh credential (`refresh`), or although the policy gave up (`stuck`). Or the end of the
   * dialer: the policy gave up (`stop`), the handler returned or the user closed the connection (`finished`), or the
   * handler or the policy threw (`crashed`).
   */
  | {
      readonly type: 'dialer.judged';
      readonly childId: string;
      readonly verdict: 'retry' | 'refresh' | 'stuck' | 'stop' | 'finished' | 'crashed';
      readonly report: CloseReport;
    }
  /** The policy of a permanent dialer gave up; the dialer goes on, with `maxMs` between attempts. */
  | { readonly type: 'child.stuck'; readonly childId: string; readonly report: CloseReport }
  /** A child has started: for the first time, after a restart, or by `restartChild`. */
  | {
      readonly type: 'child.started';
      readonly supervisor: string;
      readonly childId: string;
      readonly kind: Child['kind'];
    }
  /**
   * A start has failed. After a first start nothing is kept; after `restartChild` the spec is kept. A restart is tried
   * again, and counts again.
   */
  | {
      readonly type: 'child.start-failed';
      readonly supervisor: string;
      readonly childId: string;
      readonly error: unknown;
    }
  /** A run of a child has ended, by itself or because it was stopped. */
  | { readonly type: 'child.exited'; readonly supervisor: string; readonly exit: ChildExit }
  /**
   * The verdict `restart`: because of `exit`, the children in `together` are stopped if they run, and started again in
   * this order.
   */
  | {
      readonly type: 'child.restarting';
      readonly supervisor: string;
      readonly exit: ChildExit;
      readonly together: readonly string[];
      /** How many restarts there were within the intensity's window, with this one. */
      readonly restarts: number;
    }
  /** The verdict `keep`: the child is not started again, and its spec is kept for `restartChild`. */
  | { readonly type: 'child.kept'; readonly supervisor: string; readonly exit: ChildExit }
  /**
   * The verdict `forget`: the child is not started again, and its id is free. This also follows the user's `stop` and
   * `deleteChild`.
   */
  | { readonly type: 'child.forgotten'; readonly supervisor: string; readonly exit: ChildExit }
  /**
   * The verdict `escalate`: `exit` called for one more restart than the intensity allows. The supervisor stops with the
   * outcome `failed`.
   */
  | {
      readonly type: 'supervisor.escalated';
      readonly supervisor: string;
      readonly exit: ChildExit;
      /** How many restarts were made within the window. */
      readonly restarts: number;
      readonly intensity: Intensity;
    }
  /** A drain of `connections` connections has begun. After a partial drain the supervisor runs on. */
  | { readonly type: 'drain.started'; readonly connections: number; readonly isPartial: boolean }
  /** The listeners refuse new connections from now on, because of a full drain. */
  | { readonly type: 'drain.suspended' }
  /** `left` of the connections to be closed have not ended. Emitted about ten times in a drain. */
  | { readonly type: 'drain.progress'; readonly left: number }
  | { readonly type: 'drain.ended'; readonly report: DrainReport }
  /** A subscriber of `events$` threw and was detached, or a listener of a signal other than a connection's threw. */
  | { readonly type: 'observer.threw'; readonly error: unknown }
  | { readonly type: 'supervisor.stopping'; readonly supervisor: string }
  /** A supervisor has ended, well or not: see the report's `outcome`. */
  | { readonly type: 'supervisor.stopped'; readonly supervisor: string; readonly report: SupervisorReport };
