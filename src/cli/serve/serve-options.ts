import type { InspectPlace } from '../config/inspect-place.js';
import type { ServeClusterOptions } from './cluster.js';
import type { ServeDashboardOptions } from './dashboard.js';
import type { ServeMetricsOptions } from './metrics.js';
import type { PlanSource } from './plan.js';
import type { ShutdownOptions } from './shutdown.js';

/** The options of `wirekeeper serve`. */
export interface ServeOptions
  extends PlanSource,
    ShutdownOptions,
    ServeClusterOptions,
    ServeDashboardOptions,
    ServeMetricsOptions {
  /** Overrides the configuration's. */
  readonly port?: number | undefined;
  /** Overrides the configuration's. */
  readonly host?: string | undefined;
  /** Hosts that requests may name, beside those of loopback; `*` for any. Overrides the configuration's. */
  readonly hostNames?: readonly string[] | undefined;
  /** Where the service is inspected. Default: it is not. */
  readonly inspect?: InspectPlace | undefined;
  /** How many processes share the connections. Default: the command's own process serves. */
  readonly workers?: number | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Whether URLs and errors are shown as they are. Default false. */
  readonly showSecrets?: boolean;
}
