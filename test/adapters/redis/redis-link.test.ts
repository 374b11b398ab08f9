import { describe } from 'vitest';
import { redisBroker } from '../../../src/adapters/redis/redis-broker.js';
import { isRedisMissing, sayIfRedisIsMissing, startRedis } from '../../cluster/a-redis-server.js';
import { checkCluster } from '../../cluster/cluster-contract.js';

sayIfRedisIsMissing();

describe.skipIf(isRedisMissing)('with redis-server', () => {
  checkCluster({
    name: 'Redis',
    start: startRedis,
    broker: ({ url }, pingIntervalMs) => redisBroker({ url: `redis://${url}`, pingIntervalMs, survivesRestart: true }),
  });
});
