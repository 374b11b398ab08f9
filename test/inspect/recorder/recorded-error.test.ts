import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { data } from '../../../src/inspect/recorder/checks.js';
import { errorData } from '../../../src/inspect/recorder/event-checks.js';
import { readError } from '../../../src/inspect/recorder/read-error.js';
import { ErrorRecorder } from '../../../src/inspect/recorder/recorded-error.js';
import { HANDLER_THREW } from '../../../src/machines/ending.js';
import { errorFrom } from '../../../src/transport/thrown.js';

const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104, syscall: 'read' });

describe('redacted', () => {
  const errors = new ErrorRecorder(false);

  test('keeps what the system says', () => {
    expect(errors.error(reset)).toEqual({
      name: 'Error',
      message: 'read ECONNRESET',
      code: 'ECONNRESET',
      errno: -104,
      syscall: 'read',
    });
  });

  test('hides messages, and whatever a program may have put into names, codes, and other fields', () => {
    const error = Object.assign(
      new TypeError('token sk-live-1', { cause: new Error('sk-live-2', { cause: 'sk-3' }) }),
      {
        code: 'sk-live-4',
        hostname: 'sk-live-5',
        reason: 'sk-live-6',
        address: 'sk-live-7',
      },
    );
    expect(errors.error(error)).toEqual({
      name: 'TypeError',
      message: '***',
      cause: { name: 'Error', message: '***', cause: '***' },
    });
    expect(errors.error(Object.assign(new Error(''), { name: 'sk-live-8' }))).toEqual({ name: '***', message: '' });
  });

  test('keeps the errors of several attempts', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), {
      code: 'ECONNREFUSED',
      syscall: 'connect',
      address: '127.0.0.1',
      port: 9,
    });
    expect(errors.error(new AggregateError([refused], 'sk-live'))).toEqual({
      name: 'AggregateError',
      message: '***',
      errors: [
        {
          name: 'Error',
          message: 'connect ECONNREFUSED 127.0.0.1:9',
          code: 'ECONNREFUSED',
          syscall: 'connect',
          address: '127.0.0.1',
          port: 9,
        },
      ],
    });
  });

  test.each(['sk-live', 7, { token: 'sk-live' }, undefined])('hides the thrown value %j', (value) => {
    expect(errors.thrown(value)).toEqual({ thrown: '***' });
  });

  test('says the same of a thrown value and of the error that stands for it', () => {
    const [first, again] = ['sk-live', '***'].map((thrown) => errors.error(errorFrom(thrown, HANDLER_THREW)));
    expect(first).toEqual({ name: 'Error', message: 'the handler threw ***', cause: '***' });
    expect(again).toEqual(first);
  });
});

describe('revealed', () => {
  const errors = new ErrorRecorder(true);

  test('keeps an error with its causes', () => {
    expect(errors.error(new TypeError('bad', { cause: 'worse' }))).toEqual({
      name: 'TypeError',
      message: 'bad',
      cause: 'worse',
    });
  });

  test('says the same of an error later, even if it has changed', () => {
    const error = new Error('before');
    errors.error(error);
    error.message = 'after';
    expect(errors.error(error).message).toBe('before');
  });

  test.each<[unknown, unknown]>([
    [Number.NaN, 'NaN'],
    [undefined, 'undefined'],
    [5n, '5'],
    [null, null],
    [{ a: 1 }, { a: 1 }],
    [new Date(0), 'an object'],
    ['x'.repeat(2_000), `${'x'.repeat(1_000)}...`],
    [{ much: 'x'.repeat(10_000) }, 'an object'],
  ])('keeps the thrown value %s as data of a bounded size', (value, expected) => {
    expect(errors.thrown(value)).toEqual({ thrown: expected });
    const { cause, message } = errors.error(errorFrom(value, HANDLER_THREW));
    expect({ cause, message }).toEqual({ cause: expected, message: errorFrom(expected, HANDLER_THREW).message });
  });

  test('bounds an error with its causes', () => {
    let error = new Error('x'.repeat(5_000));
    for (let depth = 0; depth < 15; depth++) error = new Error('y'.repeat(5_000), { cause: error });
    expect(JSON.stringify(errors.error(error)).length).toBeLessThan(2_000);
  });
});

describe('whatever is thrown, what is recorded of it is short, and is read again', () => {
  const deep = (levels: number): unknown => (levels === 0 ? 'end' : { a: [deep(levels - 1)] });
  const chain = (length: number): object =>
    length === 0 ? {} : { name: 'Error', message: 'm', cause: chain(length - 1) };
  const odd: readonly unknown[] = [
    { name: 'ValidationError', message: 'wrong', errors: { field: 'missing' } },
    Object.assign(new Error('one'), { cause: { name: 'ValidationError', message: 'wrong', errors: { field: 1 } } }),
    Object.assign(new Error('one'), { errors: { length: 3 } }),
    { name: 'Error', message: 'm', errors: Array.from({ length: 3_000 }, () => ({ name: 'Error', message: 'n' })) },
    new Error('one', { cause: Array(3_000).fill(1) }),
    Array(3_000).fill(1),
    Object.fromEntries(Array.from({ length: 1_200 }, (_, index) => [`${index}`, 1])),
    deep(100),
    new Error('deep', { cause: deep(100) }),
    chain(3_000),
    new Error('chain', { cause: chain(3_000) }),
    new Error('x'.repeat(50_000), { cause: new Error('y'.repeat(50_000)) }),
    'x'.repeat(50_000),
    ['__proto__', 'constructor'].map((key) => JSON.parse(`{ "name": "a", "message": "b", "${key}": {} }`) as unknown),
  ];

  const check = (thrown: unknown) => {
    for (const shows of [false, true]) {
      const recorded = new ErrorRecorder(shows).thrown(thrown);
      const text = JSON.stringify(recorded);
      expect(text.length).toBeLessThan(20_000);
      const read = JSON.parse(text) as { readonly error?: unknown; readonly thrown?: unknown };
      if ('error' in recorded) expect(readError(errorData(read.error, 'error'))).toBeInstanceOf(Error);
      else data(read.thrown, 'thrown');
    }
  };

  test.each(odd.map((thrown, index) => [index, thrown]))('odd value %d', (_index, thrown) => {
    check(thrown);
    check(new Error('with a cause', { cause: thrown }));
  });

  test('any value', () => {
    const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true });
    fc.assert(fc.property(anything, check));
  });
});
