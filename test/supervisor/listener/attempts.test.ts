import { expect, test } from 'vitest';
import { Attempts } from '../../../src/supervisor/listener/attempts.js';

test('one remote address holds no more than its share, and others go on', () => {
  const attempts = new Attempts({ maxHandshakes: 3, maxHandshakesPerAddress: 2 });
  const first = attempts.begin('192.0.2.1');
  attempts.begin('192.0.2.1');
  expect([attempts.exceeded('192.0.2.1'), attempts.exceeded('192.0.2.2')]).toEqual([
    'maxHandshakesPerAddress',
    undefined,
  ]);
  attempts.begin('192.0.2.2');
  expect([attempts.exceeded('192.0.2.1'), attempts.exceeded('192.0.2.3')]).toEqual(['maxHandshakes', 'maxHandshakes']);
  first.end();
  first.end();
  expect([attempts.exceeded('192.0.2.1'), attempts.exceeded('192.0.2.3')]).toEqual([undefined, undefined]);
});

test('an IPv6 /64 is one address, and an IPv4 address is the same however it is written', () => {
  const attempts = new Attempts({ maxHandshakes: 10, maxHandshakesPerAddress: 1 });
  attempts.begin('2001:db8::1');
  attempts.begin('192.0.2.1');
  expect(['2001:db8::2', '2001:db8:0:1::1', '::ffff:192.0.2.1'].map((address) => attempts.exceeded(address))).toEqual([
    'maxHandshakesPerAddress',
    undefined,
    'maxHandshakesPerAddress',
  ]);
});

test('whose address is unknown counts among all only', () => {
  const attempts = new Attempts({ maxHandshakes: 2, maxHandshakesPerAddress: 1 });
  attempts.begin(undefined);
  expect(attempts.exceeded(undefined)).toBeUndefined();
  attempts.begin(undefined);
  expect(attempts.exceeded(undefined)).toBe('maxHandshakes');
});

test('all are aborted together, with the reason; one that has ended is not aborted again', () => {
  const attempts = new Attempts({ maxHandshakes: 2, maxHandshakesPerAddress: 1 });
  const { signal } = attempts.begin('192.0.2.1');
  const ended = attempts.begin('192.0.2.2');
  ended.end();
  attempts.abortAll(() => new Error('stopped'));
  expect([signal.reason, ended.signal.reason]).toEqual([
    new Error('stopped'),
    expect.objectContaining({ name: 'AbortError' }),
  ]);
});
