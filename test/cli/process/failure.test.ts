import { expect, test } from 'vitest';
import { failureOf } from '../../../src/cli/process/failure.js';
import { ListenError, OptionError } from '../../../src/index.js';

test.each([
  [new OptionError('--port is "x".'), { text: 'wirekeeper: --port is "x". [WIREKEEPER_OPTION]', status: 2 }],
  [new ListenError('port 80 is in use.'), { text: 'wirekeeper: port 80 is in use. [WIREKEEPER_LISTEN]', status: 1 }],
])('says an error of ours in one line, with its code: %s', (error, failure) => {
  expect(failureOf(error)).toEqual(failure);
});

test('shows the stack of what nobody expected', () => {
  expect(failureOf(new TypeError('a bug'))).toEqual({
    text: expect.stringMatching(/^wirekeeper: unexpected: TypeError: a bug\n +at .*failure\.test/),
    status: 1,
  });
  expect(failureOf('text')).toEqual({ text: 'wirekeeper: unexpected: text', status: 1 });
});

test.each([
  [
    'an error whose stack throws',
    Object.defineProperty(new Error('a bug'), 'stack', {
      get: () => {
        throw new Error('odd');
      },
    }),
    'a bug',
  ],
  ['an object without a prototype', Object.create(null), 'a thrown value of type object'],
  ['a symbol', Symbol('s'), 'Symbol(s)'],
])('whatever was thrown has a text: %s', (_what, thrown, text) => {
  expect(failureOf(thrown)).toEqual({ text: `wirekeeper: unexpected: ${text}`, status: 1 });
});
