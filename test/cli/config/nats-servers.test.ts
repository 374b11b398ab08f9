import { expect, test } from 'vitest';
import { natsServersOf } from '../../../src/cli/config/nats-servers.js';
import { OptionError } from '../../../src/index.js';

test.each([
  ['127.0.0.1:4222', { servers: ['127.0.0.1:4222'], connection: {} }],
  ['nats://a', { servers: ['a'], connection: {} }],
  ['nats://a:4222/, nats://b:4223', { servers: ['a:4222', 'b:4223'], connection: {} }],
  [['nats://a:1', 'b:2'], { servers: ['a:1', 'b:2'], connection: {} }],
  ['nats://ann:s%40cret@a:1', { servers: ['a:1'], connection: { user: 'ann', pass: 's@cret' } }],
  ['tls://token@a:1,tls://b:1', { servers: ['a:1', 'b:1'], connection: { token: 'token', tls: {} } }],
])('%j is where NATS is, and with which credentials', (given, servers) => {
  expect(natsServersOf(given)).toEqual(servers);
});

test.each(['', 'http://a', 'nats://a/path', 'nats://', 'a b', 'nats://a:port', 'a,,b'])('%j is no server', (given) => {
  expect(() => natsServersOf(given)).toThrow(OptionError);
});

test('credentials of a wrong URL are not shown', () => {
  expect(() => natsServersOf('nats://ann:secret@a:port')).toThrow(
    /^the NATS server "nats:\/\/\*\*\*@a:port" is no URL/,
  );
});
