import { expect, test } from 'vitest';
import { tokenCheck } from '../../../../src/inspect/xstate/server/access.js';

const asking = (token: string | undefined, query = '') => ({
  header: (name: string) => (name === 'authorization' && token !== undefined ? `Bearer ${token}` : undefined),
  query: new URLSearchParams(query),
});

test('a token is given in the query or as a bearer token', () => {
  const check = tokenCheck('0123456789abcdef');
  expect(check(asking('0123456789abcdef'))).toBe(true);
  expect(check(asking(undefined, 'token=0123456789abcdef'))).toBe(true);
  expect(check(asking(undefined))).toBe(false);
  expect(check(asking(undefined, 'token='))).toBe(false);
  expect(check(asking('0123456789abcdeF'))).toBe(false);
});

// RFC 6750 knows fewer characters than a token may have: one with others was refused as a bearer token.
test('a bearer token may have every character that a token may have', () => {
  const token = '!"#$%&\'()*,:;<=>?@[\\]^`{|}';
  expect(tokenCheck(token)(asking(token))).toBe(true);
});

test('without a token everybody may look', () => {
  expect(tokenCheck(undefined)(asking(undefined))).toBe(true);
});
