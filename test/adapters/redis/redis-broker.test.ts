import { describe, expect, test } from 'vitest';
import { redisBroker } from '../../../src/adapters/redis/redis-broker.js';
import { systemClock } from '../../../src/supervisor/api/clock.js';
import { isRedisMissing, sayIfRedisIsMissing, startRedis } from '../../cluster/a-redis-server.js';
import { checkBroker } from '../../cluster/broker-contract.js';

sayIfRedisIsMissing();

describe.skipIf(isRedisMissing)('with redis-server', () => {
  checkBroker('Redis', async () => {
    const server = await startRedis();
    let isLost = false;
    const stop = async () => {
      if (!isLost) await server.stop();
      isLost = true;
    };
    return { broker: redisBroker({ url: `redis://${server.url}` }), lose: stop, stop };
  });

  test('an attempt that is given up while Redis does not answer rejects with the reason, and is over', async () => {
    const server = await startRedis();
    server.signal('SIGSTOP');
    const attempt = new AbortController();
    const connecting = redisBroker({ url: `redis://${server.url}` }).connect({
      node: 'n',
      signal: attempt.signal,
      clock: systemClock,
    });
    setImmediate(() => attempt.abort(new Error('given up')));
    await expect(connecting).rejects.toThrow('given up');
    await server.stop();
  });
});

test('an attempt to reach a server that is not there fails', async () => {
  const broker = redisBroker({ url: 'redis://127.0.0.1:1' });
  const { signal } = new AbortController();
  await expect(broker.connect({ node: 'n', signal, clock: systemClock })).rejects.toThrow('ECONNREFUSED');
});
