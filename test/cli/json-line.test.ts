import { expect, test } from 'vitest';
import { jsonLine } from '../../src/cli/json-line.js';

test('is one line, whatever is in it', () => {
  expect(jsonLine({ text: 'a\nb' })).toBe('{"text":"a\\nb"}\n');
});

test("keeps an error's name, message, code and cause, and not its stack", () => {
  const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', syscall: 'connect', secret: 'x' });
  const error = new TypeError('no connection', { cause });
  expect(JSON.parse(jsonLine({ error }))).toEqual({
    error: { name: 'TypeError', message: 'no connection', cause: { name: 'Error', message: 'connect ECONNREFUSED', code: 'ECONNREFUSED', syscall: 'connect' } },
  });
});

test('writes integers too large for JSON as text', () => {
  expect(jsonLine({ n: 2n ** 64n })).toBe('{"n":"18446744073709551616"}\n');
});

test('writes errors that hang together in a circle, and once each', () => {
  const error = new Error('a');
  error.cause = new Error('b', { cause: error });
  expect(JSON.parse(jsonLine({ error }))).toEqual({ error: { name: 'Error', message: 'a', cause: { name: 'Error', message: 'b' } } });
});

test('keeps the rest of a line of which one value cannot be written', () => {
  const error = Object.defineProperty(new Error('x'), 'message', {
    get() {
      throw new Error('bad getter');
    },
  });
  expect(JSON.parse(jsonLine({ event: 'observer.threw', error }))).toEqual({ event: 'observer.threw' });
});
