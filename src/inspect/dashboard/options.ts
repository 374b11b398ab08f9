import type { Clock } from '../../supervisor/api/clock.js';
import { systemClock } from '../../supervisor/api/clock.js';
import {
  checkBoolean,
  checkFunction,
  checkMethods,
  checkNumber,
  checkObject,
  type NumberRule,
  readOptions,
  show,
  wrongOption,
} from '../../supervisor/options/option-rules.js';
import type { HandshakeRequest } from '../../transport/transport.js';
import { checkToken } from '../access/token.js';
import type { Recorder } from '../recorder/recorder.js';
import type { Action } from './protocol.js';
import type { ClusterToShow } from './shown/cluster.js';

/** Options of a dashboard. */
export interface DashboardOptions {
  /** Where it is on the server: a path without a final slash. Default `/_wirekeeper`. */
  readonly path?: string | undefined;
  /**
   * A secret that lets one look: 16 to 200 printable ASCII characters without spaces. The page asks for it; programs
   * send it as `Authorization: Bearer`. Default none: then only requests from this machine, to a name of this machine
   * (`localhost`, `127.0.0.1`), and not passed on by a proxy, are answered.
   */
  readonly token?: string | undefined;
  /**
   * Decides who may look, in place of the token: called for each request, and for the feed. Only `true` lets one look;
   * a throw does not. A login of your own goes here. Default none.
   */
  readonly authorize?: ((request: HandshakeRequest) => boolean | Promise<boolean>) | undefined;
  /**
   * Whether viewers may act: close and terminate connections, drain a share of them, and let a dialer redial. Pages of
   * other origins are refused in any case. Default `false`.
   */
  readonly actions?: boolean | undefined;
  /** Called after each action of a viewer with what became of it; what it throws is dropped. Default none. */
  readonly onAction?: ((what: DashboardAction) => void) | undefined;
  /**
   * Whether close reasons and messages of errors are shown: programs and peers may have put anything into them.
   * Contents of frames, header fields, and the queries of URLs are never shown. Default `false`.
   */
  readonly showReasons?: boolean | undefined;
  /** How many viewers may look at a time, 1 to 1,000; more are refused with 503. Default 16. */
  readonly maxViewers?: number | undefined;
  /** How many endings the table has at most, 1 to 100,000. Default 1,000. */
  readonly maxEndings?: number | undefined;
  /**
   * The recorder of the supervisor, `createRecorder` of `wirekeeper/inspect`: then what one follows has its steps from
   * before, also after its end, and downloads are timelines. Default none: steps are shown from when one looks.
   */
  readonly recorder?: Pick<Recorder, 'timelineOf'> | undefined;
  /** The cluster of the process, from `createCluster`: its nodes and topics are shown. Default none. */
  readonly cluster?: ClusterToShow | undefined;
  /** The clock of its seconds. Default: the system's. */
  readonly clock?: Clock | undefined;
}

/** An action that a viewer asked for. */
export interface DashboardAction {
  readonly action: Action;
  readonly remoteAddress: string | undefined;
  /** Whether the call succeeded. */
  readonly isDone: boolean;
  /** Why not. */
  readonly error?: string;
}

/** The options, checked. */
export interface DashboardSettings {
  readonly path: string;
  readonly token: string | undefined;
  readonly authorize: ((request: HandshakeRequest) => unknown) | undefined;
  readonly actions: boolean;
  readonly onAction: ((what: DashboardAction) => void) | undefined;
  readonly showReasons: boolean;
  readonly maxViewers: number;
  readonly maxEndings: number;
  readonly recorder: Pick<Recorder, 'timelineOf'> | undefined;
  readonly cluster: ClusterToShow | undefined;
  readonly clock: Clock;
}

export const DEFAULTS: DashboardSettings = {
  path: '/_wirekeeper',
  token: undefined,
  authorize: undefined,
  actions: false,
  onAction: undefined,
  showReasons: false,
  maxViewers: 16,
  maxEndings: 1000,
  recorder: undefined,
  cluster: undefined,
  clock: systemClock,
};

const WHERE = 'createDashboard';

const MAX_VIEWERS: NumberRule = { least: 1, most: 1000, isWhole: true, allowed: 'whole numbers from 1 to 1,000' };
const MAX_ENDINGS: NumberRule = { least: 1, most: 100_000, isWhole: true, allowed: 'whole numbers from 1 to 100,000' };

const PATH = /^(?:\/[\w.~-]+)+$/;

/** @throws {OptionError} with the option's name, the value unless it is the token, and what is allowed. */
export function resolveDashboard(given: DashboardOptions): DashboardSettings {
  const options = readOptions(given, Object.keys(DEFAULTS) as (keyof DashboardOptions)[], WHERE);
  const settings = { ...DEFAULTS, ...options } as DashboardSettings;
  const { path, token, authorize, actions, onAction, showReasons, maxViewers, maxEndings } = settings;
  const { recorder, cluster, clock } = settings;
  if (typeof path !== 'string' || !PATH.test(path) || /\/\.\.?(?:\/|$)/.test(path)) {
    const allowed = 'allowed are paths such as "/_wirekeeper", without a final slash';
    throw wrongOption(`${WHERE}: path`, `is ${show(path)}; ${allowed}`);
  }
  if (token !== undefined) checkToken(token, `${WHERE}: token`);
  if (authorize !== undefined) checkFunction(authorize, `${WHERE}: authorize`);
  if (authorize !== undefined && token !== undefined)
    throw wrongOption(`${WHERE}: authorize`, 'is given together with token; give one of them');
  checkBoolean(actions, `${WHERE}: actions`);
  if (onAction !== undefined) checkFunction(onAction, `${WHERE}: onAction`);
  checkBoolean(showReasons, `${WHERE}: showReasons`);
  checkNumber(maxViewers, MAX_VIEWERS, `${WHERE}: maxViewers`);
  checkNumber(maxEndings, MAX_ENDINGS, `${WHERE}: maxEndings`);
  if (recorder !== undefined) checkMethods(recorder, ['timelineOf'], `${WHERE}: recorder`);
  if (cluster !== undefined) checkObject(cluster, `${WHERE}: cluster`);
  checkMethods(clock, ['setTimeout', 'clearTimeout', 'now', 'wallNow'], `${WHERE}: clock`);
  return settings;
}
