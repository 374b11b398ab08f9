import { expect, test } from 'vitest';
import { flag, single, toList, toMs, toText, valued } from '../../../src/cli/commands/option-rules.js';
import { OptionError } from '../../../src/index.js';

test('what is given once passes, and nothing stays nothing', () => {
  expect([single('a', 'x'), single('a', undefined), toText('a')('x'), toText('a')(undefined)]).toEqual([
    'x',
    undefined,
    'x',
    undefined,
  ]);
});

test('what is given several times is refused, except in a list', () => {
  const refusal = new OptionError('--a is given 2 times; it may be given once.');
  expect(() => single('a', ['x', 'y'])).toThrow(refusal);
  expect(() => toText('a')(['x', 'y'])).toThrow(refusal);
  expect(() => toMs('a')(['1', '2'])).toThrow(refusal);
  expect([toList(['x', 'y']), toList('x'), toList(undefined)]).toEqual([['x', 'y'], ['x'], undefined]);
});

test.each([
  ['0', 0],
  ['1.5', 1.5],
  ['6e4', 60_000],
  ['2147483647', 2 ** 31 - 1],
])('reads %s as ms', (text, ms) => {
  expect(toMs('a')(text)).toBe(ms);
});

test.each(['', 'long', '-1', '0x10', '1s', '2147483648'])('takes %j for no ms', (text) => {
  expect(() => toMs('a')(text)).toThrow(
    `--a is ${JSON.stringify(text)}; it must be milliseconds from 0 to 2147483647.`,
  );
});

test('a flag takes no value, and what takes one requires it', () => {
  expect(flag('d')).toEqual({ boolean: true, description: 'd' });
  expect(valued('d', toList)).toMatchObject({ requiresArg: true, string: true });
});
