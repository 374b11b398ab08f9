import { expect, test } from 'vitest';
import { OptionError } from '../../src/transport/errors.js';
import { nameOf, wrongOption } from '../../src/transport/wrong-option.js';

test.each([
  ['listen', 'id', 'listen: id'],
  ['dial: limits', 'openWithinMs', 'dial: limits.openWithinMs'],
  ['listeners[0].limits', 'openWithinMs', 'listeners[0].limits.openWithinMs'],
])('in %s the option %s is called %s', (where, key, name) => {
  expect(nameOf(where, key)).toBe(name);
});

test.each([
  ['listen: id', 'id'],
  ['dial: limits.openWithinMs', 'limits.openWithinMs'],
  ['dial: headers.a: b', 'headers.a: b'],
  ['listen', undefined],
])('an error about %s has the option %s', (name, option) => {
  const error = wrongOption(name, 'is 0; allowed are whole numbers from 1 on');
  expect(error).toBeInstanceOf(OptionError);
  expect(error).toMatchObject({
    message: `${name} is 0; allowed are whole numbers from 1 on.`,
    option,
    problem: 'is 0; allowed are whole numbers from 1 on.',
  });
  expect(error).not.toHaveProperty('cause');
});

test('a question gets no full stop', () => {
  expect(wrongOption('listen: ids', 'is not an option; did you mean id?').message).toBe(
    'listen: ids is not an option; did you mean id?',
  );
});

test('what was thrown when an option was read is the cause', () => {
  const cause = new Error('a getter');
  expect(wrongOption('listen: id', 'cannot be read', { cause }).cause).toBe(cause);
});
