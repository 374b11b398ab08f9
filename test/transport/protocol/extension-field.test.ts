import { describe, expect, test } from 'vitest';
import { formatExtension, parseExtensions } from '../../../src/transport/protocol/extension-field.js';

describe('the list of extensions', () => {
  test.each([
    // field                            as it is written without quotes and needless space
    ['x', ['x']],
    ['x; a', ['x; a']],
    ['x; a=1; b', ['x; a=1; b']],
    ['x;a=1;b', ['x; a=1; b']],
    ['x; a="1"', ['x; a=1']],
    ['x; a="1\\0"', ['x; a=10']],
    ['x; a=1; a=2', ['x; a=1; a=2']],
    ['x, y; a, x', ['x', 'y; a', 'x']],
    [' \t x \t ; \t a \t = \t 1 \t , y', ['x; a=1', 'y']],
    [', x,, y,', ['x', 'y']],
    ["!#$%&'*+-.^_`|~09azAZ", ["!#$%&'*+-.^_`|~09azAZ"]],
  ])('%s', (field, expected) => {
    expect(parseExtensions(field)?.map(formatExtension)).toEqual(expected);
  });

  test.each([
    ['no extension', ''],
    ['empty elements only', ' , ,'],
    ['a parameter without extension', '; a'],
    ['an empty parameter', 'x; ; a'],
    ['a value without parameter', 'x; =1'],
    ['an empty value', 'x; a='],
    ['an empty quoted value', 'x; a=""'],
    ['a quote without end', 'x; a="1'],
    ['a quoted value with a space', 'x; a="1 2"'],
    ['a quoted value with a comma', 'x; a="1,2"'],
    ['a quoted value with a semicolon', 'x; a="1;2"'],
    ['a quoted value with an escaped comma', 'x; a="1\\,2"'],
    ['a quoted value that ends in an escape', 'x; a="1\\"'],
    ['bytes behind a quoted value', 'x; a="1"2'],
    ['a space in a name', 'x y'],
    ['a space in a value', 'x; a=1 2'],
    ['a name that is no token', 'x/y'],
    ['a space that HTTP does not know', 'x\u00a0'],
    ['a good extension beside a bad one', 'x, y z'],
  ])('is malformed with %s: %s', (_name, field) => {
    expect(parseExtensions(field)).toBeUndefined();
  });

  // The end of space was looked for with a regular expression, which took the square of its length.
  test.each([
    ['escapes', '\\a'],
    ['space', ' '],
    ['letters', 'a'],
    ['commas', ','],
  ])('of a megabyte of %s is read in a moment', (_name, part) => {
    const before = performance.now();
    parseExtensions(`x; a${part.repeat(2 ** 20 / part.length)}b;"`);
    parseExtensions(`x; a="${part.repeat(2 ** 20 / part.length)}`);
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});
