import { describe, expect, test } from 'vitest';
import {
  checkBoolean,
  checkFunction,
  checkId,
  checkNumber,
  type NumberRule,
  show,
} from '../../../src/supervisor/options/option-rules.js';
import { OptionError } from '../../../src/transport/errors.js';

describe('a number', () => {
  const whole: NumberRule = { least: 0, most: 9, isWhole: true, allowed: 'whole numbers from 0 to 9' };
  const above: NumberRule = {
    least: 0,
    most: Number.POSITIVE_INFINITY,
    isWhole: false,
    isAbove: true,
    allowed: 'numbers above 0',
  };

  test.each([
    [0, whole],
    [9, whole],
    [0.001, above],
    [Number.POSITIVE_INFINITY, above],
    [Number.POSITIVE_INFINITY, { ...whole, most: Number.POSITIVE_INFINITY }],
  ])('%d is within the rule %o', (value, rule) => {
    expect(checkNumber(value, rule, 'level')).toBe(value);
  });

  test.each([
    [-1, whole],
    [10, whole],
    [1.5, whole],
    [Number.POSITIVE_INFINITY, whole],
    [Number.NaN, whole],
    ['5', whole],
    [5n, whole],
    [null, whole],
    [0, above],
    [Number.NaN, above],
    [2 ** 53, { ...whole, most: Number.POSITIVE_INFINITY }],
  ])('%s is not within the rule %o', (value, rule) => {
    expect(() => checkNumber(value, rule, 'level')).toThrow(
      new OptionError(`level is ${show(value)}; allowed are ${rule.allowed}.`),
    );
  });
});

test.each(['a', 'feed', 'wss://example.com/a b', 'x'.repeat(128)])('%j is an id', (id) => {
  expect(checkId(id, 'id')).toBe(id);
});

test.each([undefined, 7, '', ' a', 'a ', 'a\nb', 'ä', 'x'.repeat(129)])('%j is no id', (id) => {
  expect(() => checkId(id, 'id')).toThrow(OptionError);
});

test('only a function is a function', () => {
  checkFunction(() => {}, 'f');
  expect(() => checkFunction(undefined, 'f')).toThrow('f is required and must be a function');
  expect(() => checkFunction({}, 'f')).toThrow('f is an object; it must be a function');
});

test.each([function* () {}, async function* () {}])(
  'a generator function is no function that does anything: %o',
  (generator) => {
    expect(() => checkFunction(generator, 'f')).toThrow(
      new OptionError('f is a generator function, which runs nothing when called; it must be a plain or an async one.'),
    );
  },
);

test('only true and false are booleans', () => {
  expect([checkBoolean(true, 'b'), checkBoolean(false, 'b')]).toEqual([true, false]);
  for (const value of [0, 1, 'true', null, {}]) expect(() => checkBoolean(value, 'b')).toThrow('b is ');
});
