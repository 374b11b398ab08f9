import { expect, test } from 'vitest';
import { isInstance, show, showName } from '../../src/transport/show.js';
import { revoked, throwing } from '../support/hostile.js';

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
  [Symbol('two\nlines'), 'Symbol(two\\u000alines)'],
  [Symbol('x'.repeat(100)), `Symbol(${'x'.repeat(73)}...`],
  [10n ** 100n, `1${'0'.repeat(79)}...`],
  ['\u2028\u202e\u009b', '"\\u2028\\u202e\\u009b"'],
])('shows %o as %s', (value, shown) => {
  expect(show(value)).toBe(shown);
});

test.each<[string, unknown, string]>([
  ['without a prototype', Object.create(null), 'an object'],
  ['that throws when it is made a text', throwing('toString'), 'an object'],
  ['whose type is hidden', revoked(), 'an object'],
  ['that stands for a list', new Proxy([], {}), 'a list'],
])('shows an object %s, and does not throw', (_what, value, shown) => {
  expect(show(value)).toBe(shown);
});

test('nothing is an instance of anything if it does not let anybody see', () => {
  expect(isInstance(new URL('ws://a'), URL)).toBe(true);
  expect(isInstance(revoked(), URL)).toBe(false);
});

test('a name within a message is short, and on its line', () => {
  expect(showName('a\nb')).toBe('a\\u000ab');
  expect(showName('x'.repeat(100))).toBe(`${'x'.repeat(80)}...`);
});
