import { expect, test } from 'vitest';
import { handshakeFields, headerFields } from '../../../src/cli/dial/header-field.js';
import { OptionError } from '../../../src/index.js';

test.each([
  [[], {}],
  [['Authorization: Bearer a:b='], { Authorization: 'Bearer a:b=' }],
  [['X-Empty:'], { 'X-Empty': '' }],
  [['X-Space:   a b  '], { 'X-Space': 'a b' }],
  [['Cookie: a=1', 'X-A: 1', 'x-a: 2'], { Cookie: 'a=1', 'X-A': '1, 2' }],
])('reads %j as %j', (given, fields) => {
  expect(headerFields(given)).toEqual(fields);
});

test.each([
  ['', ''],
  ['Authorization', 'Authorization'],
  ['Authorization Bearer sesame', 'Authorization***'],
  ['eyJhbGciOiJIUzI1NiJ9', 'eyJ***'],
  ['c2VzYW1lMQ== x', 'c2V***'],
  [': value', '***'],
  ['two words: value', 'two***'],
  [' Indented: value', ' Indented***'],
])('refuses %j, says what is allowed, and shows no credential', (given, shown) => {
  expect(() => headerFields([given])).toThrow(
    new OptionError(`--header is ${JSON.stringify(shown)}; it must be 'Name: value'.`),
  );
});

test.each([
  [{ headers: ['A: 1'] }, { A: '1' }],
  [{ headers: [], origin: 'https://o' }, { Origin: 'https://o' }],
  [{ headers: [], auth: 'ann:s:3' }, { Authorization: 'Basic YW5uOnM6Mw==' }],
  [{ headers: [], auth: ':' }, { Authorization: 'Basic Og==' }],
])('makes of %j %j', (given, fields) => {
  expect(handshakeFields(given)).toEqual(fields);
});

test('refuses a user without a password, and shows nothing of it', () => {
  expect(() => handshakeFields({ headers: [], auth: 's3cret' })).toThrow(
    new OptionError("--auth has no colon; it must be 'user:password'."),
  );
});

test('refuses two credentials', () => {
  expect(() => handshakeFields({ headers: ['authorization: Bearer x'], auth: 'a:b' })).toThrow(
    new OptionError('--auth and --header Authorization are both given; one of them may be.'),
  );
});
