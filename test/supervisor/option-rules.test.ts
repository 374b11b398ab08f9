import { describe, expect, test } from 'vitest';
import { checkNumber, checkObject, type NumberRule, nameOf, rejectUnknownKeys, show } from '../../src/supervisor/option-rules.js';
import { OptionError } from '../../src/transport/errors.js';

test.each([
  // value                shown
  ['text', '"text"'],
  ['two\nlines', '"two\\nlines"'],
  ['x'.repeat(81), `"${'x'.repeat(80)}..."`],
  [1.5, '1.5'],
  [Number.NaN, 'NaN'],
  [10n, '10'],
  [true, 'true'],
  [undefined, 'undefined'],
  [null, 'null'],
  [[1, 2], 'a list'],
  [{ secret: 1 }, 'an object'],
  [() => 1, 'a function'],
  [Symbol('s'), 'Symbol(s)'],
])('shows %o as %s', (value, shown) => {
  expect(show(value)).toBe(shown);
});

test.each([
  // where                     key             name
  ['listen', 'path', 'listen: path'],
  ['listen: limits', 'openWithinMs', 'listen: limits.openWithinMs'],
  ['listeners[0].limits', 'openWithinMs', 'listeners[0].limits.openWithinMs'],
])('an option in "%s" called %s is named %s', (where, key, name) => {
  expect(nameOf(where, key)).toBe(name);
});

describe('options', () => {
  test.each([undefined, null, 'text', 5, [], () => ({})])('cannot be %o', (value) => {
    expect(() => checkObject(value, 'dial: tls')).toThrow(new OptionError(`dial: tls is ${show(value)}; it must be an object.`));
    expect(() => rejectUnknownKeys(value, [], 'dial: tls')).toThrow(OptionError);
  });

  test('may be any object', () => {
    expect(() => checkObject(Object.create(null), 'dial: tls')).not.toThrow();
  });

  const allowed = ['path', 'port', 'protocols', 'maxPayloadBytes'];

  test.each([
    // unknown            the sentence
    ['protocol', 'listen: protocol is no option; did you mean protocols?'],
    ['maxpayloadBytes', 'listen: maxpayloadBytes is no option; did you mean maxPayloadBytes?'],
    ['maxPayload', 'listen: maxPayload is no option; did you mean maxPayloadBytes?'],
    ['prot', 'listen: prot is no option; did you mean port?'],
    ['handler', 'listen: handler is no option; allowed are path, port, protocols, maxPayloadBytes.'],
  ])('called %s, which is unknown, are refused with the allowed one that is closest', (key, sentence) => {
    expect(() => rejectUnknownKeys({ path: '/', [key]: undefined }, allowed, 'listen')).toThrow(new OptionError(sentence));
  });

  test('that are known are let through', () => {
    expect(() => rejectUnknownKeys({ path: '/', port: undefined }, allowed, 'listen')).not.toThrow();
  });
});

describe('a number', () => {
  const whole: NumberRule = { least: 0, most: 9, isWhole: true, allowed: 'whole numbers from 0 to 9' };
  const above: NumberRule = { least: 0, most: Number.POSITIVE_INFINITY, isWhole: false, isAbove: true, allowed: 'numbers above 0' };

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
    expect(() => checkNumber(value, rule, 'level')).toThrow(new OptionError(`level is ${show(value)}; allowed are ${rule.allowed}.`));
  });
});
