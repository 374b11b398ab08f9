import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRetryAfter } from '../../src/transport/retry-after.js';

const NOW = Date.UTC(1994, 10, 6, 8, 49, 7);

test.each([
  ['0', 0],
  ['120', 120_000],
  ['  120 ', 120_000],
  ['0120', 120_000],
  ['31536000', 31_536_000_000],
])('reads "%s" as seconds: %d ms', (value, ms) => {
  expect(parseRetryAfter(value, NOW)).toBe(ms);
});

test.each([
  ['the form of today', 'Sun, 06 Nov 1994 08:49:37 GMT'],
  ["RFC 850's", 'Sunday, 06-Nov-94 08:49:37 GMT'],
  ["asctime's, in GMT whatever the local zone", 'Sun Nov  6 08:49:37 1994'],
])('reads an HTTP date in %s', (_, value) => {
  expect(parseRetryAfter(value, NOW)).toBe(30_000);
});

test('a date in the past is now', () => {
  expect(parseRetryAfter('Sun, 06 Nov 1994 08:49:06 GMT', NOW)).toBe(0);
});

test('a leap second is the first of the next minute', () => {
  expect(parseRetryAfter('Sat, 31 Dec 1994 23:59:60 GMT', NOW)).toBe(Date.UTC(1995, 0, 1) - NOW);
});

test('a two-digit year more than 50 years ahead is one of the past', () => {
  const now = Date.UTC(2026, 0, 1);
  expect(parseRetryAfter('Friday, 01-Jan-76 00:00:00 GMT', now)).toBe(Date.UTC(2076, 0, 1) - now);
  expect(parseRetryAfter('Saturday, 01-Jan-77 00:00:00 GMT', now)).toBe(0);
});

test.each([
  ['no field', undefined],
  ['an empty field', ''],
  ['a negative number', '-5'],
  ['a fraction', '1.5'],
  ['a unit', '5s'],
  ['more seconds than can be counted', '9'.repeat(30)],
  ['a word', 'soon'],
  ['a date without a zone', 'Sun, 06 Nov 1994 08:49:37'],
  ['another zone', 'Sun, 06 Nov 1994 08:49:37 +0100'],
  ['an ISO date', '1994-11-06T08:49:37Z'],
  ['no such day', 'Wed, 30 Feb 1994 08:49:37 GMT'],
  ['day 0', 'Wed, 00 Mar 1994 08:49:37 GMT'],
  ['no such month', 'Sun, 06 Nix 1994 08:49:37 GMT'],
  ['no such hour', 'Sun, 06 Nov 1994 24:00:00 GMT'],
  ['no such minute', 'Sun, 06 Nov 1994 08:60:00 GMT'],
  ['no such second', 'Sun, 06 Nov 1994 08:49:61 GMT'],
  ['something before the date', 'x Sun, 06 Nov 1994 08:49:37 GMT'],
])('reads nothing from %s', (_, value) => {
  expect(parseRetryAfter(value, NOW)).toBeUndefined();
});

test('every second of four digits of years is read back from the date that Node writes', () => {
  const seconds = fc.integer({ min: 0, max: Date.UTC(9999, 11, 31, 23, 59, 59) / 1000 });
  fc.assert(
    fc.property(seconds, seconds, (date, now) => {
      expect(parseRetryAfter(new Date(date * 1000).toUTCString(), now * 1000)).toBe(Math.max(0, date - now) * 1000);
    }),
  );
});

test('no field makes it throw, or gives a negative delay', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.integer().map(String),
        fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
      ),
      (value) => {
        expect(parseRetryAfter(value, NOW) ?? 0).toBeGreaterThanOrEqual(0);
      },
    ),
  );
});
