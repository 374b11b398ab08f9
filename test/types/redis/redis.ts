/** The broker of a cluster on Redis. Only compiled: against the source, and against the packed package. */
import type { Broker } from 'wirekeeper/cluster';
import { type RedisBrokerOptions, redisBroker } from 'wirekeeper/redis';

const options: RedisBrokerOptions = {
  url: 'rediss://redis.internal:6380',
  connection: { username: 'chat', password: 'x', socket: { tls: true, ca: 'x' } },
  survivesRestart: true,
};
export const broker: Broker = redisBroker(options);

// @ts-expect-error the cluster decides about it
redisBroker({ connection: { disableOfflineQueue: false } });
// @ts-expect-error there is one server
redisBroker({ servers: ['a'] });
