import { expect, test } from 'vitest';
import { isLoopback, TOKEN, tokenCheck } from '../../../../src/inspect/xstate/server/access.js';

test.each([
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['::1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['192.168.0.1', false],
  ['127.0.0.1.example', false],
])('%s is loopback: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

const asking = (token: string | undefined, query = '') => ({
  bearerToken: () => token,
  query: new URLSearchParams(query),
});

test('a token is given in the query or as a bearer token', () => {
  const check = tokenCheck('0123456789abcdef');
  expect(check(asking('0123456789abcdef'))).toBe(true);
  expect(check(asking(undefined, 'token=0123456789abcdef'))).toBe(true);
  expect(check(asking(undefined))).toBe(false);
  expect(check(asking(undefined, 'token='))).toBe(false);
  expect(check(asking('0123456789abcdeF'))).toBe(false);
  expect(check(asking('x'.repeat(1_000_000)))).toBe(false);
});

test('without a token everybody may look', () => {
  expect(tokenCheck(undefined)(asking(undefined))).toBe(true);
});

test('a token is long enough not to be guessed', () => {
  expect(TOKEN.test('0123456789abcde')).toBe(false);
  expect(TOKEN.test('0123456789 abcdef')).toBe(false);
  expect(TOKEN.test('0123456789abcdef')).toBe(true);
});
