import { hostname } from 'node:os';
import type { Cluster } from '../../cluster/index.js';
import { type ListenOptions, OptionError, type Supervisor } from '../../index.js';
import { brokerOf } from '../config/broker.js';
import { type ClusterConfig, DEFAULT_HISTORY } from '../config/cluster-settings.js';
import { located } from '../config/located.js';
import type { Log } from '../output/log.js';
import { logCluster } from './cluster-log.js';
import type { Plan } from './plan.js';

/** URLs of a broker in the environment: those on the command line show in the list of processes. */
export const NATS_VARIABLE = 'WIREKEEPER_NATS_URL';
export const REDIS_VARIABLE = 'WIREKEEPER_REDIS_URL';

/** The options of `wirekeeper serve` about its cluster. */
export interface ServeClusterOptions {
  /** Servers of NATS. Default: the environment's, or the configuration's, or none. */
  readonly nats?: readonly string[] | undefined;
  /** The URL of Redis. Default: the same. */
  readonly redis?: string | undefined;
}

/** The service's part of a cluster. */
export interface ServedCluster {
  readonly cluster: Cluster;
  /** Its name, and its broker, for people. */
  readonly described: string;
  /** Makes the handler of a listener whose rooms span the nodes. */
  readonly roomsHandler: (paths: readonly string[]) => ListenOptions<unknown>['handler'];
}

/** The longest name of a node, in bytes. */
const MOST_NAME_BYTES = 64;

/** What the cluster is called, unless it is said. */
const DEFAULT_NAME = 'wirekeeper';

/**
 * Has the service join its cluster, if it has one. What this needs is loaded then. The service starts although the
 * broker is away; it is not ready then, unless the configuration says that it does not need the broker.
 *
 * @param worker the number of the worker: each is a node.
 * @throws {OptionError} for wrong options, and for a module, which makes a cluster of its own; {PlatformError} where
 *   the broker's packages are not installed. By rejection.
 */
export async function startCluster(
  supervisor: Supervisor,
  plan: Pick<Plan, 'file' | 'cluster' | 'isModule'>,
  given: ServeClusterOptions,
  worker: number | undefined,
  log: Log,
): Promise<ServedCluster | undefined> {
  const settings = settingsOf(plan, given);
  return await located(plan.file, 'cluster', async () => {
    const placed = await brokerOf(settings);
    if (placed === undefined) return undefined;
    const { broker, place } = placed;
    const { name = DEFAULT_NAME, needsBroker = true, history = DEFAULT_HISTORY } = settings;
    const kept = history === false ? undefined : history;
    const { createCluster } = await import('../../cluster/index.js');
    const cluster = await createCluster(supervisor, { broker, name, needsBroker, node: nodeName(worker) });
    // A wrong history is found now, and not by the first client.
    cluster.topic(name, { history: kept });
    logCluster(cluster, broker.name, log);
    const { clusterRoomsHandler } = await import('../config/cluster-rooms.js');
    const roomsHandler = (paths: readonly string[]) => clusterRoomsHandler({ cluster, history: kept }, paths);
    return { cluster, described: `${name}, by ${place}`, roomsHandler };
  });
}

/** The settings of the configuration, and the broker of the command line in the place of its own. */
function settingsOf(
  { cluster = {}, isModule }: Pick<Plan, 'cluster' | 'isModule'>,
  { nats, redis }: ServeClusterOptions,
): ClusterConfig {
  if (nats === undefined && redis === undefined) return cluster;
  if (isModule)
    throw new OptionError(
      '--nats and --redis have the rooms of a configuration span nodes; a module calls createCluster in its setup.',
    );
  const { nats: _nats, redis: _redis, ...others } = cluster;
  return { ...others, ...(nats === undefined ? {} : { nats: [...nats] }), ...(redis === undefined ? {} : { redis }) };
}

/** The machine's name, and the number of the worker. */
function nodeName(worker: number | undefined): string {
  const number = worker === undefined ? '' : `-${worker}`;
  // Names of hosts are ASCII; `node` is for a machine without one.
  return `${
    hostname()
      .replace(/[^\x21-\x7e]/g, '')
      .slice(0, MOST_NAME_BYTES - number.length) || 'node'
  }${number}`;
}
