import { describe, expect, test } from 'vitest';
import { natsBroker } from '../../../src/adapters/nats/nats-broker.js';
import { systemClock } from '../../../src/supervisor/api/clock.js';
import { isNatsMissing, sayIfNatsIsMissing, startNats } from '../../cluster/a-nats-server.js';
import { checkBroker } from '../../cluster/broker-contract.js';

sayIfNatsIsMissing();

describe.skipIf(isNatsMissing)('with nats-server', () => {
  checkBroker('NATS', async () => {
    const server = await startNats();
    let isLost = false;
    const stop = async () => {
      if (!isLost) await server.stop();
      isLost = true;
    };
    return { broker: natsBroker({ servers: server.url }), lose: stop, stop };
  });
});

test('an attempt to reach a server that is not there fails', async () => {
  const broker = natsBroker({ servers: '127.0.0.1:1' });
  const { signal } = new AbortController();
  await expect(broker.connect({ node: 'n', signal, clock: systemClock })).rejects.toThrow();
});
