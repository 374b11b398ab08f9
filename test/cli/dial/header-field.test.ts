import { expect, test } from 'vitest';
import { headerFields } from '../../../src/cli/dial/header-field.js';
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
