import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { reconnectDelayOf, withReconnectDelay } from '../../src/transport/reconnect-delay.js';

const DAY_MS = 86_400_000;
const anyReason = fc.string({ unit: 'binary', maxLength: 200 });

test.each([
  ['retry-after-ms=8123', 8123],
  ['restarting; retry-after-ms=8123', 8123],
  ['retry-after-ms=8123; restarting', 8123],
  ['come back (retry-after-ms=8123).', 8123],
  ['retry-after-ms=0', 0],
  [`retry-after-ms=${DAY_MS}`, DAY_MS],
  ['retry-after-ms=x; retry-after-ms=5', 5],
  ['retry-after-ms=5; retry-after-ms=7', 7],
])('reads the delay in "%s": %d ms', (reason, ms) => {
  expect(reconnectDelayOf(reason)).toBe(ms);
});

test.each([
  ['nothing', ''],
  ['no advice', 'restarting'],
  ['no number', 'retry-after-ms='],
  ['a word', 'retry-after-ms=soon'],
  ['a negative delay', 'retry-after-ms=-5'],
  ['a fraction', 'retry-after-ms=1.5'],
  ['a decimal comma', 'retry-after-ms=12,5'],
  ['a unit', 'retry-after-ms=12s'],
  ['an exponent', 'retry-after-ms=1e3'],
  ['hexadecimals', 'retry-after-ms=0x10'],
  ['a blank', 'retry-after-ms= 5'],
  ['another name that ends alike', 'no-retry-after-ms=5'],
  ['a longer word', 'xretry-after-ms=5'],
  ['a millisecond more than a day', `retry-after-ms=${DAY_MS + 1}`],
  ['a huge number', `retry-after-ms=${'9'.repeat(60)}`],
])('takes no advice from %s', (_, reason) => {
  expect(reconnectDelayOf(reason)).toBeUndefined();
});

test.each([
  ['', 8123, 'retry-after-ms=8123'],
  ['restarting', 8123, 'restarting; retry-after-ms=8123'],
  ['restarting', 8123.6, 'restarting; retry-after-ms=8124'],
  ['restarting', -5, 'restarting; retry-after-ms=0'],
  ['restarting', Number.POSITIVE_INFINITY, `restarting; retry-after-ms=${DAY_MS}`],
])('adds to "%s" the delay %d', (reason, ms, expected) => {
  expect(withReconnectDelay(reason, ms)).toBe(expected);
});

test.each([Number.NaN, '5', undefined])('refuses a delay that is no number: %s', (ms) => {
  expect(() => withReconnectDelay('restarting', ms as never)).toThrow(
    new RangeError('withReconnectDelay: the delay must be a number of milliseconds.'),
  );
});

test('cuts a long reason between characters, never within one', () => {
  // 123 bytes less "; retry-after-ms=1" leave 105: 26 rockets of four bytes, and one byte that none fits into.
  expect(withReconnectDelay('🚀'.repeat(40), 1)).toBe(`${'🚀'.repeat(26)}; retry-after-ms=1`);
});

test('leaves a reason whole that just fits, and cuts a character more', () => {
  expect(withReconnectDelay('a'.repeat(105), 1)).toBe(`${'a'.repeat(105)}; retry-after-ms=1`);
  expect(withReconnectDelay('a'.repeat(106), 1)).toBe(`${'a'.repeat(105)}; retry-after-ms=1`);
});

test('whatever the reason, what was added is read back, and fits into a Close frame', () => {
  fc.assert(
    fc.property(anyReason, fc.integer({ min: 0, max: DAY_MS }), (reason, ms) => {
      const composed = withReconnectDelay(reason, ms);
      expect(reconnectDelayOf(composed)).toBe(ms);
      expect(Buffer.byteLength(composed)).toBeLessThanOrEqual(123);
    }),
    {
      examples: [
        ['retry-after-ms=5', 100],
        ['\ud800', 7],
        ['retry-after-ms=', 1],
      ],
    },
  );
});

test('a reason is kept as far as it fits', () => {
  fc.assert(
    fc.property(anyReason, (reason) => {
      const kept = withReconnectDelay(reason, 1).replace(/;? ?retry-after-ms=1$/, '');
      expect(reason.startsWith(kept)).toBe(true);
      if (kept !== reason) expect(Buffer.byteLength(reason)).toBeGreaterThan(105);
    }),
  );
});

test('the file imports nothing, so that browsers can use it', async () => {
  const source = await readFile(new URL('../../src/transport/reconnect-delay.ts', import.meta.url), 'utf8');
  expect(source).not.toMatch(/\bimport\b.*from|\brequire\(|\bBuffer\b|\bprocess\./);
});
