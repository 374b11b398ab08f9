import { expect, test } from 'vitest';
import { resolveAdapter, resolveGateway } from '../../../src/adapters/nest/adapter-options.js';
import { readMessage } from '../../../src/adapters/nest/read-message.js';
import { OptionError } from '../../../src/transport/errors.js';
import { revoked, throwing } from '../../support/hostile.js';

test('reads JSON, and handles 16 messages of a client at once', () => {
  expect(resolveAdapter({})).toMatchObject({ readMessage, maxMessagesAtOnce: 16, listener: {} });
});

test.each<[() => unknown, string]>([
  [() => ({ cors: true }), 'cors'],
  [() => ({ maxMessagesAtOnce: 0 }), 'maxMessagesAtOnce'],
  [() => ({ maxMessagesAtOnce: 1.5 }), 'maxMessagesAtOnce'],
  [() => ({ maxMessagesAtOnce: '5' }), 'maxMessagesAtOnce'],
  [() => ({ readMessage: 'json' }), 'readMessage'],
  [() => ({ drain: 5 }), 'drain'],
  [() => throwing('readMessage'), 'readMessage'],
  [revoked, 'options'],
  [() => null, 'options'],
])('the adapter refuses %#', (make, option) => {
  const resolve = () => resolveAdapter(make() as object);
  expect(resolve).toThrow(OptionError);
  expect(resolve).toThrow(expect.objectContaining({ option }));
});

test.each<[() => unknown, string]>([
  [() => ({ namespace: '/chat' }), 'namespace'],
  [() => ({ drain: {} }), 'drain'],
  [() => throwing('path'), 'path'],
  [revoked, 'options'],
])('a gateway refuses %#', (make, option) => {
  const resolve = () => resolveGateway(make() as object);
  expect(resolve).toThrow(OptionError);
  expect(resolve).toThrow(expect.objectContaining({ option }));
});
