import type { Detail } from '../../protocol/detail.js';
import type { Overview, Resolution } from '../../protocol/overview.js';
import type { ConnectionRow, EndingRow } from '../../protocol/tables.js';
import type { Acted, DashboardMessage, Welcome } from '../../protocol.js';
import type { Link } from './feed-client.js';
import { emptyHistory, type History, KEPT, withSample } from './history.js';
import { type Rows, withAnswer } from './rows.js';
import { withDetail } from './timeline.js';

/** All that the page knows, as of the last message. */
export interface FeedState {
  readonly link: Link;
  readonly welcome?: Welcome | undefined;
  readonly overview?: Overview | undefined;
  /** The server's clock minus the page's, in ms. */
  readonly skewMs: number;
  readonly history: Readonly<Record<Resolution, History>>;
  /** The first look for the query at hand, and what has been answered to it. */
  readonly firstLook: number;
  readonly connections?: Rows<ConnectionRow> | undefined;
  readonly endings?: Rows<EndingRow> | undefined;
  readonly detail?: Detail | undefined;
  readonly acted?: Acted | undefined;
  /** The server's last refusal of a message of the page. */
  readonly refusal?: string | undefined;
}

export const INITIAL: FeedState = {
  link: { status: 'connecting' },
  skewMs: 0,
  history: { second: emptyHistory(), minute: emptyHistory() },
  firstLook: 0,
};

/** The state after a message of the server. `now` is the page's clock. A message of an unknown type changes nothing. */
export function afterMessage(state: FeedState, message: DashboardMessage, now: number): FeedState {
  switch (message.type) {
    case 'welcome':
      // Another start of the service has another history.
      return state.welcome?.since === message.since
        ? { ...state, welcome: message, skewMs: message.at - now }
        : { ...INITIAL, firstLook: state.firstLook, link: state.link, welcome: message, skewMs: message.at - now };
    case 'overview': {
      const { second, minute } = message;
      const history = {
        second: withSample(state.history.second, second, KEPT.second),
        minute: minute === undefined ? state.history.minute : withSample(state.history.minute, minute, KEPT.minute),
      };
      return { ...state, overview: message, skewMs: message.at - now, history };
    }
    case 'series': {
      const { type: _, resolution, ...history } = message;
      return { ...state, history: { ...state.history, [resolution]: history } };
    }
    case 'rows':
      if (message.look < state.firstLook) return state;
      return message.table === 'connections'
        ? { ...state, connections: withAnswer(state.connections, message), refusal: undefined }
        : { ...state, endings: withAnswer(state.endings, message), refusal: undefined };
    case 'detail':
      return { ...state, detail: withDetail(state.detail, message) };
    case 'acted':
      return { ...state, acted: message };
    case 'refused':
      return { ...state, refusal: message.why };
    default:
      return state;
  }
}

/** The state when another query is looked at, from this look on: the rows there are belong to another result. */
export function withQuery(state: FeedState, firstLook: number): FeedState {
  return { ...state, firstLook, connections: undefined, endings: undefined, refusal: undefined };
}
