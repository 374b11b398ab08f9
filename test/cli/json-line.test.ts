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
