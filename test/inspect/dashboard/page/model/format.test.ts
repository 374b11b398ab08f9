import { describe, expect, test } from 'vitest';
import {
  ago,
  bytes,
  clockTime,
  compact,
  count,
  dateTime,
  duration,
  figure,
  since,
} from '../../../../../src/inspect/dashboard/page/model/format.js';

test.each([
  [0, '0'],
  [1234567, '1,234,567'],
])('%d is %s', (value, text) => expect(count(value)).toBe(text));

test.each([
  [0.04, '0'],
  [3.25, '3.3'],
  [46.4, '46'],
])('the figure %d is %s', (value, text) => expect(figure(value)).toBe(text));

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1k'],
  [12_345, '12.3k'],
  [999_600, '1M'],
  [4_500_000, '4.5M'],
])('%d is compactly %s', (value, text) => expect(compact(value)).toBe(text));

test.each([
  [0, '0 B'],
  [1023, '1,023 B'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [20 * 1024 * 1024, '20 MiB'],
])('%d bytes are %s', (value, text) => expect(bytes(value)).toBe(text));

test.each([
  [0.42, '0.4 ms'],
  [350.4, '350 ms'],
  [999.7, '1 s'],
  [2_400, '2.4 s'],
  [59_600, '1 min'],
  [200_000, '3 min 20 s'],
  [7_500_000, '2 h 5 min'],
  [273_600_000, '3 d 4 h'],
  [-5, '-5 ms'],
])('%d ms are %s', (value, text) => expect(duration(value)).toBe(text));

describe('times', () => {
  test.each([
    [0, 'just now'],
    [999, 'just now'],
    [12_000, '12 s ago'],
    [200_000, '3 min ago'],
    [7_200_000, '2 h ago'],
    [200_000_000, '2 d ago'],
    // The server's clock may be ahead.
    [-3_000, 'just now'],
  ])('%d ms before now is %s', (passed, text) => expect(ago(1_000_000_000_000 - passed, 1_000_000_000_000)).toBe(text));

  test('absolute ones have milliseconds', () => {
    const at = new Date(2026, 10, 29, 4, 3, 5, 42).getTime();
    expect(clockTime(at)).toBe('04:03:05.042');
    expect(dateTime(at)).toBe('2026-11-29 04:03:05.042');
  });

  test('the span between two is never negative', () => {
    expect(since(112, 100)).toBe('+12 ms');
    expect(since(90, 100)).toBe('+0 ms');
  });
});
