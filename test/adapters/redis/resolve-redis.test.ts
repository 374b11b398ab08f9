import { expect, test } from 'vitest';
import { resolveRedis } from '../../../src/adapters/redis/resolve-redis.js';
import { OptionError } from '../../../src/index.js';

test('has defaults, and takes what a connection needs', () => {
  expect(resolveRedis({})).toEqual({
    url: 'redis://127.0.0.1:6379',
    connection: {},
    survivesRestart: false,
    pingIntervalMs: 2_000,
    maxBufferedBytes: 16_777_216,
    maxPayloadBytes: 1_048_576,
  });
  const connection = { password: 'p', socket: { tls: true as const, ca: 'x' } };
  expect(resolveRedis({ url: 'rediss://a:1', connection })).toMatchObject({ url: 'rediss://a:1', connection });
});

function errorOf(options: object): unknown {
  try {
    resolveRedis(options);
    return undefined;
  } catch (error) {
    return error;
  }
}

const revoked = Proxy.revocable({}, {});
revoked.revoke();

test.each<[string, object]>([
  ['url', { url: '' }],
  ['url', { url: 'http://a' }],
  ['url', { url: 5 }],
  ['connection', { connection: 5 }],
  ['connection.RESP', { connection: { RESP: 2 } }],
  ['connection.socket', { connection: { socket: 5 } }],
  ['connection.socket', { connection: { socket: revoked.proxy } }],
  ['connection.socket.reconnectStrategy', { connection: { socket: { reconnectStrategy: 5 } } }],
  ['survivesRestart', { survivesRestart: 'yes' }],
  ['pingIntervalMs', { pingIntervalMs: 99 }],
  ['maxBufferedBytes', { maxBufferedBytes: 0 }],
  ['maxPayloadBytes', { maxPayloadBytes: 2 ** 27 }],
  ['server', { server: 'a' }],
])('refuses a wrong %s', (option, options) => {
  const error = errorOf(options);
  expect(error).toBeInstanceOf(OptionError);
  expect((error as OptionError).option).toBe(option);
});

test('a wrong URL is not shown: it may have a password in it', () => {
  expect(String(errorOf({ url: 'redis:/user:secret@host:port' }))).not.toContain('secret');
  expect(String(errorOf({ url: 'htps://user:secret@host' }))).not.toContain('secret');
});
