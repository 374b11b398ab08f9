import { expect, test } from 'vitest';
import { headerFields } from '../../src/cli/header-field.js';
import { OptionError } from '../../src/index.js';

test.each([
  [[], {}],
  [['Authorization: Bearer a:b='], { Authorization: 'Bearer a:b=' }],
  [['X-Empty:'], { 'X-Empty': '' }],
  [['X-Space:   a b  '], { 'X-Space': 'a b' }],
  [['Cookie: a=1', 'X-A: 1', 'x-a: 2'], { Cookie: 'a=1', 'X-A': '1, 2' }],
])('reads %j as %j', (given, fields) => {
  expect(headerFields(given)).toEqual(fields);
});

test.each(['', 'Authorization', ': value', 'two words: value', ' Indented: value'])('refuses %j, and says what is allowed', (given) => {
  expect(() => headerFields([given])).toThrow(new OptionError(`--header is ${JSON.stringify(given)}; it must be 'Name: value'.`));
});
