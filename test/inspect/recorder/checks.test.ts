import { describe, expect, test } from 'vitest';
import {
  type Check,
  data,
  listOf,
  memberOf,
  name,
  number,
  object,
  oneOf,
  positive,
  text,
  truth,
} from '../../../src/inspect/recorder/checks.js';

const AT = 'parse: file';

test.each<[string, Check<unknown>, unknown]>([
  ['a text', text, ''],
  ['a name', name, 'c1'],
  ['a number', number, -1.5],
  ['a count', positive, 0],
  ['true or false', truth, false],
  ['a word', oneOf(['a', 'b']), 'b'],
  ['a list', listOf(number), [1, 2]],
  ['plain data', data, { a: [1, null, { b: 'c' }], d: true }],
])('reads %s', (_what, check, value) => {
  expect(check(value, AT)).toEqual(value);
});

test.each<[Check<unknown>, unknown, problem: string]>([
  [text, 7, 'is 7; it must be a text of at most 10000 characters.'],
  [text, 'x'.repeat(10_001), 'is a text of 10001 characters; it must be a text of at most 10000 characters.'],
  [name, '', 'is ""; it must be a text of 1 to 10000 characters.'],
  [number, '1', 'is "1"; it must be a number.'],
  [number, Number.NaN, 'is NaN; it must be a number.'],
  [positive, -1, 'is -1; it must be a number from 0 on.'],
  [truth, 1, 'is 1; it must be true or false.'],
  [oneOf(['a', 'b']), 'c', 'is "c"; it must be "a" or "b".'],
  [listOf(number), {}, 'is an object; it must be a list.'],
  [listOf(number, 1), [1, 2], 'has 2 items; it must have at most 1.'],
  [object({}), [], 'is a list; it must be an object.'],
  [object({}), undefined, 'is missing; it must be an object.'],
])('says what is wrong', (check, value, problem) => {
  expect(() => check(value, AT)).toThrow(`${AT} ${problem}`);
});

test('names the place of what is wrong', () => {
  const check = object({ list: listOf(object({ a: number })) });
  expect(() => check({ list: [{ a: 1 }, {}] }, AT)).toThrow('parse: file.list[1].a is undefined; it must be a number.');
});

test('leaves out what it does not know, and what may be missing', () => {
  const check = object({ a: number }, { b: number });
  expect(check({ a: 1, c: 3 }, AT)).toEqual({ a: 1 });
  expect(check({ a: 1, b: 2 }, AT)).toEqual({ a: 1, b: 2 });
});

describe('what a stranger may write', () => {
  test('members that are inherited are not there', () => {
    expect(() => object({ constructor: number })({}, AT)).toThrow('is undefined');
    expect(memberOf({}, 'toString')).toBeUndefined();
  });

  test('changes no prototype', () => {
    const read = data(JSON.parse('{"__proto__": {"polluted": 1}, "a": {"__proto__": {"polluted": 1}}}'), AT);
    expect(read).toEqual({ a: {} });
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect((read as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('is neither deep nor wide without end', () => {
    let deep: unknown = 1;
    for (let depth = 0; depth < 50; depth++) deep = { deep };
    expect(() => data(deep, AT)).toThrow('is deeper than 40 levels; it must be less deep.');
    expect(() => data(Array(1_001).fill(1), AT)).toThrow('has 1001 items; it must have at most 1000.');
    const wide = Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [i, i]));
    expect(() => data(wide, AT)).toThrow('has 1001 members; it must have at most 1000.');
    // The place of what is wrong has names that the file gives.
    const odd = { [`a\n\u001b[2J${'x'.repeat(100_000)}`]: 'y'.repeat(10_001) };
    expect(() => data(odd, AT)).toThrow(/^[ -~]{1,500}$/);
  });
});
