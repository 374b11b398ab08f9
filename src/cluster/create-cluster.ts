import { randomBytes } from 'node:crypto';
import type { Supervisor } from '../index.js';
import { checkMethods } from '../supervisor/options/option-rules.js';
import type { Cluster, ClusterOptions } from './api/cluster.js';
import { ClusterRuntime } from './cluster-runtime.js';
import { resolveCluster } from './resolve-cluster.js';

/**
 * Has a supervisor's process join a cluster: topics, identities, and presence over several nodes, through a message
 * broker. The link with the broker is a child of the supervisor, `cluster-` and the name: the cluster stops with its
 * supervisor, and says to the others when that drains. Resolves when the broker was tried for the first time: see
 * `status`, and `connected`.
 *
 * @throws {OptionError} for a wrong option; {ChildError} for a name that is in use; {EndedError} when the supervisor is
 *   not running. All by rejection.
 */
export async function createCluster(supervisor: Supervisor, options: ClusterOptions): Promise<Cluster> {
  checkMethods(supervisor, ['startChild', 'terminateChild', 'deleteChild'], 'createCluster: supervisor');
  const settings = resolveCluster(options);
  const cluster = new ClusterRuntime(supervisor, settings, `${settings.node}-${randomBytes(6).toString('hex')}`);
  await cluster.start();
  return cluster;
}
