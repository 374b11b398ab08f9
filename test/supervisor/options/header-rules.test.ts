import { expect, test } from 'vitest';
import { checkFieldIsNew, isHeaderName, isHeaderValue } from '../../../src/supervisor/options/header-rules.js';
import { OptionError } from '../../../src/transport/errors.js';

test.each([
  ['Authorization', true],
  ["x-!#$%&'*+.^_`|~9", true],
  ['', false],
  ['a b', false],
  ['a:', false],
  ['ä', false],
])('%j may name a header field: %s', (name, isAllowed) => {
  expect(isHeaderName(name)).toBe(isAllowed);
});

test.each([
  ['', true],
  ['a\tb \u00ff', true],
  ['a\r\nb: c', false],
  ['\u0100', false],
  ['\u007f', false],
])('%j may be the value of a header field: %s', (value, isAllowed) => {
  expect(isHeaderValue('x', value)).toBe(isAllowed);
});

test.each([
  ['X-A', 'X-A', 'refuse: headers.X-A is given twice; each field is allowed once.'],
  ['x-a', 'X-A', 'refuse: headers.X-A is given twice, in different cases; each field is allowed once.'],
])('a field given as %s and then as %s is an error', (first, second, message) => {
  const seen = new Map<string, string>();
  checkFieldIsNew(first, seen, 'refuse: headers.first');
  expect(() => checkFieldIsNew(second, seen, 'refuse: headers.X-A')).toThrow(
    expect.objectContaining({ constructor: OptionError, message, option: 'headers.X-A' }),
  );
});

test('fields with different names are no duplicates', () => {
  const seen = new Map<string, string>();
  for (const name of ['a', 'b', 'c']) checkFieldIsNew(name, seen, 'dial: headers');
  expect([...seen]).toEqual([
    ['a', 'a'],
    ['b', 'b'],
    ['c', 'c'],
  ]);
});
