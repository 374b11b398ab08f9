import { expect, test } from 'vitest';
import { bearerIn, checkToken, secretCheck } from '../../../src/inspect/access/token.js';

const TOKEN = '0123456789abcdef';

test.each([TOKEN, '!'.repeat(16), '~'.repeat(200)])('a token may be %s', (token) => {
  expect(() => checkToken(token, 'call: token')).not.toThrow();
});

test.each(['0123456789abcde', '0123456789 abcdef', `${TOKEN}\n`, 'ä'.repeat(16), 'x'.repeat(201), 7, null, [TOKEN]])(
  'a token may not be %j, and the error does not show it',
  (token) => {
    expect(() => checkToken(token, 'call: token')).toThrow(
      'call: token is not allowed (its value is not shown); allowed are 16 to 200 printable ASCII characters ' +
        'without spaces.',
    );
  },
);

test.each([
  [TOKEN, true],
  ['0123456789abcdeF', false],
  ['', false],
  [undefined, false],
  ['x'.repeat(1_000_000), false],
])('given %.20s, the secret is right: %s', (given, isRight) => {
  expect(secretCheck(TOKEN)(given)).toBe(isRight);
});

test.each([
  [`Bearer ${TOKEN}`, TOKEN],
  [`bearer   ${TOKEN}  `, TOKEN],
  ['Bearer !"#$%&', '!"#$%&'],
  [`Basic ${TOKEN}`, undefined],
  ['Bearer ', undefined],
  ['Bearer a b', undefined],
  [undefined, undefined],
])('the bearer token in %j is %j', (field, token) => {
  expect(bearerIn(field)).toBe(token);
});
