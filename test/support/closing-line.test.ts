import { expect, test } from 'vitest';
import { closingLine } from './closing-line.js';

const tally = { passed: 12, failed: 0, skipped: 0, broken: 0, ms: 3_210 };

test.each([
  [tally, 'OK: all 12 tests passed, in 3.2 s.'],
  [{ ...tally, skipped: 2 }, 'OK: all 12 tests passed, 2 skipped, in 3.2 s.'],
  [{ ...tally, failed: 1 }, 'FAILED: 1 tests failed, 12 passed, in 3.2 s.'],
  [{ ...tally, broken: 1 }, 'FAILED: 0 tests failed, 12 passed, 1 errors outside tests, in 3.2 s.'],
  [{ ...tally, passed: 0 }, 'FAILED: no test ran, in 3.2 s.'],
])('%j ends with: %s', (run, line) => {
  expect(closingLine(run)).toBe(line);
});
