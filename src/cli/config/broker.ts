import type { Broker } from '../../cluster/index.js';
import { OptionError, PlatformError } from '../../index.js';
import { maskedUrl } from '../../inspect/redaction/masked.js';
import type { ClusterConfig } from './cluster-settings.js';
import { natsServersOf } from './nats-servers.js';

/** A broker, and where it is, for people. */
export interface PlacedBroker {
  readonly broker: Broker;
  readonly place: string;
}

/**
 * Makes the broker that a cluster's settings name. What speaks with it is loaded now, not with the service.
 *
 * @returns `undefined` if they name none.
 * @throws {OptionError} for two of them, and for a wrong option; {PlatformError} where its packages are not installed.
 *   By rejection.
 */
export async function brokerOf(settings: ClusterConfig): Promise<PlacedBroker | undefined> {
  const { nats, redis } = settings;
  if (nats !== undefined && redis !== undefined)
    throw new OptionError('a cluster has one broker; it cannot have both nats and redis.');
  if (nats !== undefined) return await natsOf(nats, settings);
  return redis === undefined ? undefined : await redisOf(redis, settings);
}

async function natsOf(given: string | readonly string[], settings: ClusterConfig): Promise<PlacedBroker> {
  const { servers, connection } = natsServersOf(given);
  const { natsBroker } = await import('../../adapters/nats/index.js');
  const { storage, replicas } = settings;
  const broker = installed('NATS', '@nats-io/transport-node@3 @nats-io/jetstream@3', () =>
    natsBroker({ servers, connection, storage, replicas }),
  );
  return { broker, place: `NATS at ${servers.join(', ')}` };
}

async function redisOf(url: string, { survivesRestart }: ClusterConfig): Promise<PlacedBroker> {
  const { redisBroker } = await import('../../adapters/redis/index.js');
  const broker = installed('Redis', '@redis/client@6', () => redisBroker({ url, survivesRestart }));
  return { broker, place: `Redis at ${maskedUrl(url)}` };
}

/** Says all that has to be installed, where something is not. */
function installed(name: string, packages: string, make: () => Broker): Broker {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof PlatformError)) throw cause;
    throw new PlatformError(`a cluster by ${name} needs packages; run npm install ${packages}.`, { cause });
  }
}
