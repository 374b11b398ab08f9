import { expect, test } from 'vitest';
import { checkBoolean, checkFunction, checkId } from '../../../src/supervisor/options/resolve-common.js';
import { OptionError } from '../../../src/transport/errors.js';

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
