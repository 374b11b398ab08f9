import { expect, test } from 'vitest';
import { readCause, readError } from '../../../src/inspect/recorder/read-error.js';
import { errorJson } from '../../../src/transport/error-json.js';

test('makes an error that is written as it was', () => {
  const data = {
    name: 'TypeError',
    message: 'bad',
    code: 'E_BAD',
    errno: -1,
    syscall: 'read',
    cause: { name: 'Error', message: 'worse', cause: 'worst' },
    errors: [{ name: 'Error', message: 'one' }, 'another'],
  };
  const error = readError(data);
  expect(error).toBeInstanceOf(Error);
  expect(error.cause).toBeInstanceOf(Error);
  expect(String(error)).toBe('TypeError: bad');
  expect(error.stack).toBe('TypeError: bad');
  expect(errorJson(error)).toEqual(data);
});

test.each(['text', 7, null, { name: 'no message' }])('%j is no error', (value) => {
  expect(readCause(value)).toBe(value);
});
