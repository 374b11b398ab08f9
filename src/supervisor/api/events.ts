import type { CloseReport } from '../../transport/close-report.js';
import type { Child, ChildExit } from './child-spec.js';
import type { Connection } from './connection.js';
import type { DialerStatus } from './dialer.js';
import type { DrainReport } from './drain.js';
import type { Intensity } from './restart.js';
import type { SupervisorReport } from './supervisor.js';

/**
 * What a supervisor tells of its life. A logger is one subscriber. Events of supervisors below come here too;
 * `supervisor` is the name of the one whose child it is about.
 */
export type SupervisorEvent =
  /** A listener takes connections. */
  | { readonly type: 'listener.started'; readonly childId: string; readonly port: number | undefined }
  | { readonly type: 'listener.suspended'; readonly childId: string }
  | { readonly type: 'listener.resumed'; readonly childId: string }
  | { readonly type: 'listener.stopped'; readonly childId: string }
  /** Accepting a client failed, for want of file descriptors say; the listener goes on. */
  | { readonly type: 'listener.error'; readonly childId: string; readonly error: Error }
  /**
   * A request was answered with an HTTP error instead of 101, by `authenticate`, by the listener, or on a port of its
   * own by Node.js; or its client went away before the answer (status 499).
   */
  | {
      readonly type: 'handshake.refused';
      readonly childId: string;
      readonly status: number;
      readonly why: string;
      /** Empty if the request could not be read so far. */
      readonly url: string;
      readonly remoteAddress: string | undefined;
      readonly error?: unknown;
    }
  /**
   * Somebody else has taken the socket of an opening handshake that this listener meant to answer, and the listener has
   * let go of it: another upgrade listener of a shared server, or a second `handleUpgrade` for one socket. `how` says
   * what was done with it.
   */
  | {
      readonly type: 'handshake.taken';
      readonly childId: string;
      readonly how: string;
      readonly url: string;
      readonly remoteAddress: string | undefined;
    }
  | { readonly type: 'connection.opened'; readonly connection: Connection<unknown> }
  | { readonly type: 'connection.ended'; readonly report: CloseReport }
  /**
   * A handler returned while somebody was subscribed to its `frames$`: almost always a mistake (`return
   * connection.closed`).
   */
  | { readonly type: 'handler.left-subscribers'; readonly connectionId: string }
  /** A handler still runs although its connection has ended. */
  | { readonly type: 'handler.lingering'; readonly connectionId: string }
  /**
   * A lingering handler has come to its end, or a handler, a subscriber of its, or a listener of its signals threw, of
   * its own accord, after its connection's report was out.
   */
  | { readonly type: 'handler.finished'; readonly connectionId: string; readonly error?: unknown }
  /** A dialer's status has changed. */
  | { readonly type: 'dialer.status'; readonly childId: string; readonly status: DialerStatus }
  /**
   * A dialer's connection has ended, or came to nothing, and this is what follows: another attempt (`retry`), one with
   * a fresh credential (`refresh`), one although the policy would have given up (`stuck`), or its end, since the policy
   * gave up (`stop`), the handler had finished or the user has closed the connection (`finished`), or handler or policy
   * threw (`crashed`).
   */
  | {
      readonly type: 'dialer.judged';
      readonly childId: string;
      readonly verdict: 'retry' | 'refresh' | 'stuck' | 'stop' | 'finished' | 'crashed';
      readonly report: CloseReport;
    }
  /** A permanent dialer would have given up: it goes on at `maxMs`. */
  | { readonly type: 'child.stuck'; readonly childId: string; readonly report: CloseReport }
  /** A child runs: for the first time, again, or on behalf of `restartChild`. */
  | {
      readonly type: 'child.started';
      readonly supervisor: string;
      readonly childId: string;
      readonly kind: Child['kind'];
    }
  /**
   * A start has failed. A first one leaves nothing behind, one of `restartChild` the spec; a restart is tried again,
   * and counts again.
   */
  | {
      readonly type: 'child.start-failed';
      readonly supervisor: string;
      readonly childId: string;
      readonly error: unknown;
    }
  /** A run of a child has come to its end, by itself or since it was stopped. */
  | { readonly type: 'child.exited'; readonly supervisor: string; readonly exit: ChildExit }
  /**
   * The verdict `restart`: because of `exit`, these children are stopped as far as they run, and started again, in this
   * order.
   */
  | {
      readonly type: 'child.restarting';
      readonly supervisor: string;
      readonly exit: ChildExit;
      readonly together: readonly string[];
      /** Restarts within the intensity's window, this one included. */
      readonly restarts: number;
    }
  /** The verdict `keep`: the child is not started again, its spec is kept for `restartChild`. */
  | { readonly type: 'child.kept'; readonly supervisor: string; readonly exit: ChildExit }
  /**
   * The verdict `forget`: the child is not started again, its id is free. Also after the user's `stop`, and
   * `deleteChild`.
   */
  | { readonly type: 'child.forgotten'; readonly supervisor: string; readonly exit: ChildExit }
  /**
   * The verdict `escalate`: `exit` would have called for more restarts than the intensity allows. The supervisor stops
   * and has failed.
   */
  | {
      readonly type: 'supervisor.escalated';
      readonly supervisor: string;
      readonly exit: ChildExit;
      /** Restarts made within the window. */
      readonly restarts: number;
      readonly intensity: Intensity;
    }
  /** A drain has begun, of so many connections; `isPartial`: the supervisor runs on. */
  | { readonly type: 'drain.started'; readonly connections: number; readonly isPartial: boolean }
  /** A full drain has the listeners refuse new connections from now on. */
  | { readonly type: 'drain.suspended' }
  /** So many of those to be closed have not ended; told about ten times. */
  | { readonly type: 'drain.progress'; readonly left: number }
  | { readonly type: 'drain.ended'; readonly report: DrainReport }
  /** A subscriber of `events$` threw, and was detached; or a listener of a signal that is no connection's threw. */
  | { readonly type: 'observer.threw'; readonly error: unknown }
  | { readonly type: 'supervisor.stopping'; readonly supervisor: string }
  /** It has ended, well or not: see the report's `outcome`. */
  | { readonly type: 'supervisor.stopped'; readonly supervisor: string; readonly report: SupervisorReport };
