import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import {
  chainOf,
  describeThrown,
  errorFrom,
  isCauseOf,
  isError,
  itemsOf,
  readOf,
  textOf,
} from '../../src/transport/thrown.js';
import { ODD_VALUES } from '../support/odd-values.js';

const odd = Object.entries(ODD_VALUES);

describe.each(odd)('%s', (_name, make) => {
  test('has a description', () => {
    expect(describeThrown(make())).toEqual(expect.any(String));
  });

  test('becomes an error: itself, or a new one that has it as its cause', () => {
    const thrown = make();
    const error = errorFrom(thrown, 'the handler threw');
    expect(Object.is(error, thrown) || (error instanceof Error && Object.is(error.cause, thrown))).toBe(true);
  });

  test('has a bounded chain of errors', () => {
    expect([...chainOf(make())].length).toBeLessThanOrEqual(16);
  });
});

test.each([
  ['text', 'text'],
  ['x'.repeat(300), `${'x'.repeat(200)}...`],
  [5, '5'],
  [undefined, 'undefined'],
  [null, 'null'],
  [1n, '1'],
  [Symbol('odd'), 'Symbol(odd)'],
  [() => {}, 'a function'],
  [{ secret: 'x' }, 'an object'],
  [new Error('message'), 'message'],
  [new TypeError(), 'TypeError'],
] as const)('describes %s without looking into objects', (thrown, text) => {
  expect(describeThrown(thrown)).toBe(text);
});

test('names what threw in the message of a new error', () => {
  expect(errorFrom('text', 'the handler threw').message).toBe('the handler threw text');
});

test('takes an error of another realm for one', () => {
  const foreign = runInNewContext('new TypeError("foreign")') as unknown;
  expect(foreign instanceof Error).toBe(false);
  expect(isError(foreign)).toBe(true);
  expect(errorFrom(foreign, 'it threw')).toBe(foreign);
});

test('takes nothing else for an error', () => {
  for (const value of [undefined, null, 'Error', 5, {}, [], () => {}]) expect(isError(value)).toBe(false);
});

test('reads what can be read', () => {
  const value = {
    get bad() {
      throw new Error('bad getter');
    },
    text: 'text',
    number: 5,
  };
  expect([
    readOf(value, 'bad'),
    readOf(value, 'number'),
    textOf(value, 'text'),
    textOf(value, 'number'),
    textOf(value, 'bad'),
  ]).toEqual([undefined, 5, 'text', '', '']);
  expect([itemsOf([1, 2, 3], 2), itemsOf('text', 2), itemsOf(ODD_VALUES['a revoked proxy']?.(), 2)]).toEqual([
    [1, 2],
    [],
    [],
  ]);
});

test('knows the cause of an error, also one that is undefined', () => {
  expect(isCauseOf('text', new Error('x', { cause: 'text' }))).toBe(true);
  expect(isCauseOf(undefined, new Error('x', { cause: undefined }))).toBe(true);
  expect(isCauseOf(undefined, new Error('x'))).toBe(false);
  expect(isCauseOf(undefined, ODD_VALUES['a revoked proxy of an error']?.() as Error)).toBe(false);
});

test('follows causes, and the first of several errors', () => {
  const [first, second] = [new Error('first'), new Error('second')];
  const both = new AggregateError([first, second], 'both');
  const outer = new Error('outer', { cause: both });
  expect([...chainOf(outer)]).toEqual([outer, both, first]);
});
