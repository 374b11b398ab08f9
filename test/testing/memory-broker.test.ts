import { systemClock } from '../../src/supervisor/api/clock.js';
import { createMemoryBroker } from '../../src/testing/memory-broker.js';
import { checkBroker } from '../cluster/broker-contract.js';

checkBroker('the broker in memory', async () => {
  const broker = createMemoryBroker(systemClock);
  return { broker, lose: async () => broker.stop(), stop: async () => broker.stop() };
});
