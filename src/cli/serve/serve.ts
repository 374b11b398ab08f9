import { OptionError } from '../../index.js';
import type { Terminal } from '../process/terminal.js';
import { NATS_VARIABLE, REDIS_VARIABLE } from './cluster.js';
import { lifeAlone } from './life.js';
import { METRICS_TOKEN_VARIABLE } from './metrics.js';
import { servePrimary } from './primary.js';
import { runService } from './run-service.js';
import type { ServeOptions } from './serve-options.js';
import { workerLife } from './worker-life.js';

/**
 * Runs the service until a signal or a failure of its own ends it. The first signal drains it, another one terminates
 * the connections that are still open.
 *
 * @returns the exit status: 0 when it was stopped, 1 after a failure of its supervisor or an uncaught error.
 * @throws {OptionError} for a wrong configuration or times that do not fit together, before anything listens;
 *   {ListenError} when the port cannot be opened.
 */
export async function serve(given: ServeOptions, terminal: Terminal): Promise<number> {
  const { primary } = terminal;
  const options = { ...tokensFrom(terminal), ...given, ...brokerFrom(given, terminal) };
  if (primary !== undefined)
    return runService({ ...options, dashboard: false }, terminal, () => workerLife(primary, terminal));
  if (options.workers === undefined) return runService(options, terminal, (log) => lifeAlone(terminal, options, log));
  const single = SINGLE.find((option) => options[option] !== undefined && options[option] !== false);
  if (single !== undefined)
    throw new OptionError(`--${SPELLED[single]} shows one process; it cannot be given together with --workers.`);
  return servePrimary(options, options.workers, terminal);
}

/** What is about one process. */
const SINGLE = ['dashboard', 'dashboardActions', 'inspect'] as const;
const SPELLED = { dashboard: 'dashboard', dashboardActions: 'dashboard-actions', inspect: 'inspect' } as const;

/** Tokens on the command line would show in the list of processes. */
const tokensFrom = ({ env }: Terminal) => ({
  dashboardToken: env['WIREKEEPER_DASHBOARD_TOKEN'],
  metricsToken: env[METRICS_TOKEN_VARIABLE],
});

/** The broker of the command line, or else that of the environment. */
function brokerFrom({ nats, redis }: ServeOptions, { env }: Terminal): Pick<ServeOptions, 'nats' | 'redis'> {
  if (nats !== undefined || redis !== undefined) return { nats, redis };
  const url = env[NATS_VARIABLE];
  return { nats: url === undefined ? undefined : [url], redis: env[REDIS_VARIABLE] };
}
