import { describe } from 'vitest';
import { natsBroker } from '../../../src/adapters/nats/nats-broker.js';
import { isNatsMissing, sayIfNatsIsMissing, startNats } from '../../cluster/a-nats-server.js';
import { checkCluster } from '../../cluster/cluster-contract.js';

sayIfNatsIsMissing();

describe.skipIf(isNatsMissing)('with nats-server', () => {
  checkCluster({
    name: 'NATS',
    start: startNats,
    broker: ({ url }, pingIntervalMs) => natsBroker({ servers: url, pingIntervalMs }),
  });
});
