import { inspect, isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { errorJson, thrownJson, withErrorJson } from '../../src/transport/error-json.js';
import { ODD_VALUES } from '../support/odd-values.js';

const systemError = () =>
  Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), {
    code: 'ECONNREFUSED',
    errno: -111,
    syscall: 'connect',
    address: '127.0.0.1',
    port: 9,
  });

const systemJson = {
  name: 'Error',
  message: 'connect ECONNREFUSED 127.0.0.1:9',
  code: 'ECONNREFUSED',
  errno: -111,
  syscall: 'connect',
  address: '127.0.0.1',
  port: 9,
};

test('keeps what an error says, and those behind it', () => {
  const error = new TypeError('no connection', { cause: new Error('refused', { cause: systemError() }) });
  expect(errorJson(error)).toEqual({
    name: 'TypeError',
    message: 'no connection',
    cause: { name: 'Error', message: 'refused', cause: systemJson },
  });
});

test('keeps the errors of an AggregateError, as for several addresses of a name', () => {
  const error = new AggregateError([systemError(), 'text'], 'all failed');
  expect(errorJson(error)).toEqual({ name: 'AggregateError', message: 'all failed', errors: [systemJson, 'text'] });
});

test('keeps no other property: it may be a secret, or endless', () => {
  expect(
    errorJson(Object.assign(new Error('x'), { request: { authorization: 'secret' }, code: { odd: true } })),
  ).toEqual({ name: 'Error', message: 'x' });
});

test('ends where errors hang together in a circle, and after sixteen', () => {
  const circle = new Error('outer');
  circle.cause = new Error('inner', { cause: circle });
  expect(errorJson(circle)).toEqual({ name: 'Error', message: 'outer', cause: { name: 'Error', message: 'inner' } });
  let chain = new Error('0');
  for (let i = 1; i < 100; i += 1) chain = new Error(String(i), { cause: chain });
  expect(JSON.stringify(errorJson(chain)).match(/"message"/g)).toHaveLength(16);
});

test.each([
  ['text', 'text'],
  [
    { code: 5, deep: [1] },
    { code: 5, deep: [1] },
  ],
  [null, null],
  [undefined, 'undefined'],
  [Symbol('odd'), 'Symbol(odd)'],
  [1n, '1'],
  [{ big: 1n }, { big: '1' }],
  [{ inner: new Error('inside') }, { inner: { name: 'Error', message: 'inside' } }],
] as const)('writes a value that is no error as it is, or in words: %s', (thrown, json) => {
  expect(thrownJson(thrown)).toEqual(json);
});

test.each(Object.entries(ODD_VALUES))('can write %s', (_name, make) => {
  expect(typeof JSON.stringify(withErrorJson({ error: make(), cause: make(), handlerError: make() }))).toBe('string');
});

describe('a value that writes its errors', () => {
  const error = new Error('x');
  const value = withErrorJson({ type: 'observer.threw', error });

  test('is written with them, alone and within others', () => {
    const json = { type: 'observer.threw', error: { name: 'Error', message: 'x' } };
    expect(JSON.parse(JSON.stringify(value))).toEqual(json);
    expect(JSON.parse(JSON.stringify({ events: [value] }))).toEqual({ events: [json] });
  });

  test('prints, compares, spreads, and is cloned as one that does not', () => {
    const plain = { type: 'observer.threw', error };
    expect(inspect(value)).toBe(inspect(plain));
    expect(isDeepStrictEqual(value, plain)).toBe(true);
    expect(value).toStrictEqual(plain);
    expect(Reflect.ownKeys({ ...value })).toEqual(['type', 'error']);
    expect(structuredClone(value)).toEqual(plain);
  });
});
