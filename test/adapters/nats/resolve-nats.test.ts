import { expect, test } from 'vitest';
import { resolveNats } from '../../../src/adapters/nats/resolve-nats.js';
import { OptionError } from '../../../src/index.js';

test('has defaults, and takes one server or several', () => {
  expect(resolveNats({})).toEqual({
    servers: ['127.0.0.1:4222'],
    connection: {},
    storage: 'file',
    replicas: 1,
    pingIntervalMs: 2_000,
    maxBufferedBytes: 16_777_216,
  });
  expect(resolveNats({ servers: ['a', 'b'] }).servers).toEqual(['a', 'b']);
  expect(resolveNats({ connection: { user: 'u', pass: 'p' } }).connection).toEqual({ user: 'u', pass: 'p' });
});

test.each<[string, object]>([
  ['servers', { servers: '' }],
  ['servers', { servers: [] }],
  ['servers', { servers: ['a', 5] }],
  ['connection', { connection: 5 }],
  ['connection.reconnect', { connection: { reconnect: true } }],
  ['connection.servers', { connection: { servers: 'a' } }],
  ['storage', { storage: 'disk' }],
  ['replicas', { replicas: 6 }],
  ['pingIntervalMs', { pingIntervalMs: 99 }],
  ['maxBufferedBytes', { maxBufferedBytes: 0 }],
  ['server', { server: 'a' }],
])('refuses a wrong %s', (option, options) => {
  let error: unknown;
  try {
    resolveNats(options);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(OptionError);
  expect((error as OptionError).option).toBe(option);
});
