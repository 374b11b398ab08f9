import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { expiryOf } from '../../../src/supervisor/options/expiry.js';
import { OptionError } from '../../../src/transport/errors.js';

const AT = Date.UTC(2030, 0, 1);

test.each([
  ['Unix milliseconds', AT],
  ['with a fraction', AT + 0.5],
  ['a Date', new Date(AT)],
  ['a Date of another realm', runInNewContext('new Date(at)', { at: AT })],
  ['a Date that says it is none', Object.assign(new Date(AT), { getTime: () => 5, valueOf: () => 5 })],
  ['the first that is taken', Date.UTC(2001, 0, 1)],
])('takes %s', (_what, value) => {
  expect(Math.floor(expiryOf(value, 'expiresAt'))).toBe(value === Date.UTC(2001, 0, 1) ? value : AT);
});

describe('is an OptionError that names it:', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['no number', Number.NaN],
    ['never', Number.POSITIVE_INFINITY],
    ['a time that no Date can be', 1e300],
    ['an invalid Date', new Date(Number.NaN)],
    ['a text', '2030-01-01'],
    ['a number in a text', String(AT)],
    ['a Symbol', Symbol('soon')],
    ['a bigint', BigInt(AT)],
    ['a number object', Object(AT)],
    ['a list', [AT]],
    ['true', true],
    ['what pretends to be a Date', { [Symbol.toStringTag]: 'Date', getTime: () => AT, valueOf: () => AT }],
    ['an object whose value throws', { valueOf: () => expect.unreachable() }],
    ['an object without a prototype', Object.create(null)],
    ['a proxy of a Date', new Proxy(new Date(AT), {})],
  ])('%s', (_what, value) => {
    const read = () => expiryOf(value, 'authenticate: expiresAt');
    expect(read).toThrow(OptionError);
    expect(read).toThrow(/^authenticate: expiresAt is .+; allowed are Unix milliseconds and a valid Date\.$/);
  });
});

test.each<[string, unknown]>([
  ['seconds', Math.floor(AT / 1000)],
  ['a Date made from seconds', new Date(Math.floor(AT / 1000))],
  ['zero', 0],
  ['a negative number', -1],
  ['the last of 2000', Date.UTC(2001, 0, 1) - 1],
])('says that %s was given in seconds', (_what, value) => {
  expect(() => expiryOf(value, 'renew: expiresAt')).toThrow(OptionError);
  expect(() => expiryOf(value, 'renew: expiresAt')).toThrow(
    /^renew: expiresAt is .+, a time before 2001, as if it were in seconds; allowed are /,
  );
});
