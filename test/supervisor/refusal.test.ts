import { expect, test } from 'vitest';
import { Refusal, refuse } from '../../src/supervisor/refusal.js';
import { OptionError } from '../../src/transport/errors.js';

test('makes an answer of a status, header fields, and a body', () => {
  const refusal = refuse(401, { headers: { 'www-authenticate': 'Bearer' }, body: 'who are you?' });
  expect(refusal).toBeInstanceOf(Refusal);
  expect(refusal.answer).toEqual({ status: 401, headers: { 'www-authenticate': 'Bearer' }, body: 'who are you?' });
});

test.each([200, 101, 399, 600, 404.5, Number.NaN])('does not take %d for an HTTP error status', (status) => {
  expect(() => refuse(status)).toThrow(OptionError);
  expect(() => refuse(status)).toThrow('400 to 599');
});

test.each([
  ['a field name with a space', { 'x y': '1' }],
  ['a value with a line break, which would begin another field', { 'x-why': 'a\r\nset-cookie: b' }],
])('does not take %s', (_what, headers) => {
  expect(() => refuse(403, { headers })).toThrow(OptionError);
});
