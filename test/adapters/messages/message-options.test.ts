import { expect, test } from 'vitest';
import { resolveMessages } from '../../../src/adapters/messages/message-options.js';
import { OptionError } from '../../../src/transport/errors.js';

test('closes by default, and takes text only', () => {
  expect(resolveMessages({})).toEqual({ invalid: 'close', binary: false });
});

const revoked = Proxy.revocable({}, {});
revoked.revoke();

test.each<[() => unknown, string]>([
  [() => ({ invalid: 'reply' }), 'invalid'],
  [() => ({ invalid: 1 }), 'invalid'],
  [() => ({ binary: 'yes' }), 'binary'],
  [() => ({ strict: true }), 'strict'],
  [
    () => ({
      get invalid() {
        throw new Error('a getter');
      },
    }),
    'invalid',
  ],
  [() => revoked.proxy, 'options'],
  [() => 'close', 'options'],
  [() => null, 'options'],
])('refuses %#', (make, option) => {
  const resolve = () => resolveMessages(make() as object);
  expect(resolve).toThrow(OptionError);
  expect(resolve).toThrow(expect.objectContaining({ option }));
});
