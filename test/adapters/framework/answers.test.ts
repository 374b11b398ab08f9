import { expect, test } from 'vitest';
import { grantOf, refusalOf } from '../../../src/adapters/framework/answers.js';
import { refuse } from '../../../src/index.js';

const HEADERS = {
  connection: 'keep-alive',
  'keep-alive': 'timeout=5',
  'content-length': 5,
  'transfer-encoding': 'chunked',
  'content-type': 'text/html',
  'content-encoding': 'gzip',
  'content-security-policy': 'sandbox',
  'x-none': undefined,
  'set-cookie': ['a=1', 'b=2'],
};

test('a refusal has the status, the text, and the header fields that are not about the connection', () => {
  const headers = { ...HEADERS, 'content-encoding': undefined };
  expect(refusalOf({ status: 401, headers, body: 'no' }).answer).toEqual({
    status: 401,
    headers: { 'content-type': 'text/html', 'content-security-policy': 'sandbox', 'set-cookie': ['a=1', 'b=2'] },
    body: 'no',
  });
});

test('without a body it has none of the fields about one', () => {
  expect(refusalOf({ status: 500, headers: HEADERS, body: undefined }).answer).toEqual({
    status: 500,
    headers: { 'content-security-policy': 'sandbox', 'set-cookie': ['a=1', 'b=2'] },
  });
});

test.each([
  [101, 403],
  [200, 403],
  [204, 403],
  [301, 301],
  [499, 499],
  [599, 599],
  [700, 403],
])('a reply of %d is a refusal with %d', (status, expected) => {
  expect(refusalOf({ status, headers: {}, body: '' }).answer.status).toBe(expected);
});

test('a grant has the header fields of the reply, but for those about its body, and its own instead of them', () => {
  expect(grantOf({ data: 1, headers: { 'Set-Cookie': 'c=3', 'x-own': '1' } }, HEADERS)).toEqual({
    data: 1,
    headers: { 'content-security-policy': 'sandbox', 'Set-Cookie': 'c=3', 'x-own': '1' },
  });
});

test.each([[undefined], [null], [true], ['yes'], [[1]], [new Date()], [refuse(401)], [{ data: 1, headers: 5 }]])(
  'what is no grant stays as it is: %o',
  (decision) => {
    expect(grantOf(decision as never, HEADERS)).toBe(decision);
  },
);
