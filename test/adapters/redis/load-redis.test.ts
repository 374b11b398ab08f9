import { expect, test } from 'vitest';
import { loadRedis } from '../../../src/adapters/redis/load-redis.js';
import { PlatformError } from '../../../src/index.js';

test('loads the client', () => {
  expect(typeof loadRedis().createClient).toBe('function');
});

test('says how to install what is missing', () => {
  const missing = () => {
    throw Object.assign(new Error('no'), { code: 'MODULE_NOT_FOUND' });
  };
  expect(() => loadRedis(missing)).toThrow(
    new PlatformError('redisBroker: the package @redis/client is not installed; run npm install @redis/client@6.'),
  );
});
