import type { Detail, SubjectRef } from './protocol/detail.js';
import type { Overview, Resolution, Series } from './protocol/overview.js';
import type { ConnectionQuery, ConnectionRows, EndingQuery, EndingRows, TableName, Window } from './protocol/tables.js';

/**
 * The subprotocol of the feed, with its version. The page offers it; the dashboard takes no other. A message of a type
 * that the other side does not know is left out by it, so types can be added within a version.
 *
 * Every message is one text frame with one JSON object. What JSON cannot hold (`undefined`) is absent. Times are Unix
 * ms, durations ms. Ids, names, addresses, URLs, and texts are data of users and peers: a page shows them as text.
 */
export const PROTOCOL = 'wirekeeper.dashboard.1';

/** What a viewer sends. One that sends something else gets `refused`; after ten of them it is closed with 1008. */
export type ViewerMessage =
  /** Asks for the history of a resolution: one `series`. Later samples are in `overview`. */
  | { readonly type: 'series'; readonly resolution: Resolution }
  /**
   * Looks at a window of a table, in place of its look before: `rows` follows, at once and then whenever something in
   * the window has changed, at most every 500 ms. The answers carry `look`, a number of the viewer's choice. A scan for
   * an earlier look is called off. The same `query` with another window is answered from the result at hand.
   */
  | ({
      readonly type: 'look';
      readonly look: number;
      readonly table: 'connections';
      readonly query: ConnectionQuery;
    } & Window)
  | ({ readonly type: 'look'; readonly look: number; readonly table: 'endings'; readonly query: EndingQuery } & Window)
  /** Looks at a table no longer. */
  | { readonly type: 'look-away'; readonly table: TableName }
  /** Follows one connection, dialer, or supervisor instead of the one before: `detail` comes, and again on changes. */
  | { readonly type: 'follow'; readonly subject: SubjectRef }
  | { readonly type: 'unfollow' }
  /** Asks for an action. `acted` answers, with the same `request`, a number of the viewer's choice. */
  | { readonly type: 'act'; readonly request: number; readonly action: Action };

/** What the dashboard sends. */
export type DashboardMessage = Welcome | Overview | Series | ConnectionRows | EndingRows | Detail | Acted | Refused;

/** The first message of a feed. */
export interface Welcome {
  readonly type: 'welcome';
  /** The version of wirekeeper. */
  readonly version: string;
  /** The name of the supervisor that is shown. */
  readonly name: string;
  /** The dashboard's time now. Use it, and `at` of later messages, rather than the page's own clock. */
  readonly at: number;
  /** When the dashboard was created: what is counted "since the start" is counted since then. */
  readonly since: number;
  /** Whether `act` is allowed. */
  readonly mayAct: boolean;
  /** Whether timelines are recorded. */
  readonly hasRecorder: boolean;
  /** Whether close reasons and messages of errors are shown; else they are absent or `***`. */
  readonly showsReasons: boolean;
  readonly node: string;
}

/**
 * What a viewer can ask for, where the dashboard's option `actions` allows it. The values are checked as the calls of
 * the API check them.
 */
export type Action =
  /** Closes a connection with a code and a reason of the viewer's. */
  | { readonly kind: 'close'; readonly connectionId: string; readonly code: number; readonly reason: string }
  /** Drops TCP of a connection. */
  | { readonly kind: 'terminate'; readonly connectionId: string }
  /** Closes a part of the accepted connections of a supervisor, evenly over `spreadMs`. `share` is above 0, up to 1. */
  | { readonly kind: 'drain'; readonly supervisor: string; readonly share: number; readonly spreadMs: number }
  /** Lets a dialer dial again at once. */
  | { readonly kind: 'redial'; readonly supervisor: string; readonly childId: string };

/** The answer to `act`, when the call has returned: what it leads to is seen in other messages. */
export interface Acted {
  readonly type: 'acted';
  readonly request: number;
  readonly isDone: boolean;
  /** Why not: a sentence for people. */
  readonly error?: string;
}

/** A message was not understood, or asks for something that does not exist. */
export interface Refused {
  readonly type: 'refused';
  /** The type of the message, if it had one that exists. */
  readonly of?: ViewerMessage['type'];
  /** A sentence for people. */
  readonly why: string;
}

/**
 * The HTTP side, relative to the page (`/_wirekeeper/`):
 *
 * - `access`: GET answers 200 with an `Access`. POST with `Authorization: Bearer <token>` answers 204 and sets a cookie
 *   (HttpOnly, SameSite=Strict), after which `feed` can be opened; with a wrong token 401.
 * - `feed`: the WebSocket, with the subprotocol `PROTOCOL`.
 * - `Detail.download`: JSON of a subject.
 */
export interface Access {
  /** `token`: POST one; `refused`: nobody may look from there, `why` says it in a sentence for people. */
  readonly access: 'granted' | 'token' | 'refused';
  readonly why?: string;
}
