import type { CloseReport } from '../transport/close-report.js';
import type { Connection } from './connection.js';
import type { ChildExit, DialerStatus } from './dialer.js';

/** What a supervisor tells of its life. A logger is one subscriber. */
export type SupervisorEvent =
  /** A listener takes connections. */
  | { readonly type: 'listener.started'; readonly childId: string; readonly port: number | undefined }
  | { readonly type: 'listener.suspended'; readonly childId: string }
  | { readonly type: 'listener.resumed'; readonly childId: string }
  | { readonly type: 'listener.stopped'; readonly childId: string }
  /** Accepting a client failed, for want of file descriptors say; the listener goes on. */
  | { readonly type: 'listener.error'; readonly childId: string; readonly error: Error }
  /** An opening handshake was answered with an HTTP error, or its client went away before the answer (status 499). */
  | {
      readonly type: 'handshake.refused';
      readonly childId: string;
      readonly status: number;
      readonly why: string;
      readonly url: string;
      readonly remoteAddress: string | undefined;
      readonly error?: unknown;
    }
  | { readonly type: 'connection.opened'; readonly connection: Connection<unknown> }
  | { readonly type: 'connection.ended'; readonly report: CloseReport }
  /** A handler returned while somebody was subscribed to its `frames$`: almost always a mistake (`return connection.closed`). */
  | { readonly type: 'handler.left-subscribers'; readonly connectionId: string }
  /** A handler still runs although its connection has ended. */
  | { readonly type: 'handler.lingering'; readonly connectionId: string }
  /** A lingering handler has come to its end. */
  | { readonly type: 'handler.finished'; readonly connectionId: string; readonly error?: unknown }
  /** A dialer's status has changed. */
  | { readonly type: 'dialer.status'; readonly childId: string; readonly status: DialerStatus }
  /**
   * A dialer's connection has ended, or came to nothing, and this is what follows: another attempt (`retry`), one with a
   * fresh credential (`refresh`), one although the policy would have given up (`stuck`), or its end, since the policy gave
   * up (`stop`), the handler had finished or the user has closed the connection (`finished`), or handler or policy threw
   * (`crashed`).
   */
  | {
      readonly type: 'dialer.judged';
      readonly childId: string;
      readonly verdict: 'retry' | 'refresh' | 'stuck' | 'stop' | 'finished' | 'crashed';
      readonly report: CloseReport;
    }
  /** A permanent dialer would have given up: it goes on at `maxMs`. */
  | { readonly type: 'child.stuck'; readonly childId: string; readonly report: CloseReport }
  | { readonly type: 'child.exited'; readonly exit: ChildExit }
  /** A subscriber of `events$` threw; it was detached. */
  | { readonly type: 'observer.threw'; readonly error: unknown }
  | { readonly type: 'supervisor.stopping' }
  | { readonly type: 'supervisor.stopped' };
