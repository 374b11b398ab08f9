import type { Cluster } from '../../cluster/index.js';
import type { Supervisor } from '../../index.js';
import { isLoopback } from '../../inspect/access/loopback.js';
import { createDashboard, type Dashboard } from '../../inspect/dashboard/index.js';
import { logEntry, type Recorder } from '../../inspect/index.js';
import type { Settings } from '../config/settings.js';
import type { Log } from '../output/log.js';

/** The options of `wirekeeper serve` about its dashboard. */
export interface ServeDashboardOptions {
  /** Whether there is one. Default: the configuration's, or `true`. */
  readonly dashboard?: boolean | undefined;
  /** Whether viewers may act. Default: the configuration's, or `false`. */
  readonly dashboardActions?: boolean | undefined;
  /** The secret that lets one look: that of the environment. Default: the configuration's, or none. */
  readonly dashboardToken?: string | undefined;
}

/**
 * Makes the service's dashboard. Without a token there is none beyond loopback: a proxy on the same machine may hide
 * where its requests come from.
 *
 * @param host where the service listens.
 * @param cluster that it shows, if the service has one.
 * @throws {OptionError} for a token that is too short.
 */
export function startDashboard(
  supervisor: Supervisor,
  recorder: Recorder,
  { dashboard, dashboardActions, dashboardToken }: ServeDashboardOptions,
  { dashboard: configured = {} }: Pick<Settings, 'dashboard'>,
  host: string,
  log: Log,
  cluster?: Cluster,
): Dashboard | undefined {
  const settings = configured === false ? {} : configured;
  const isWanted = dashboard ?? configured !== false;
  const token = dashboardToken ?? settings.token;
  if (!isWanted || (token === undefined && !isLoopback(host))) return undefined;
  return createDashboard(supervisor, {
    recorder,
    cluster,
    token,
    actions: dashboardActions ?? settings.actions,
    showReasons: settings.showReasons,
    onAction: ({ action, remoteAddress = 'an unknown address', isDone, error }) => {
      const { kind, ...about } = action;
      const outcome = isDone ? 'done' : `not done: ${error}`;
      const whom = 'connectionId' in about ? about.connectionId : about.supervisor;
      const text = `${kind}, asked for by a viewer at ${remoteAddress}: ${outcome}`;
      log.write(
        logEntry('dashboard.action', 'action', { about: whom, text, fields: { action, remoteAddress, isDone, error } }),
      );
    },
  });
}
