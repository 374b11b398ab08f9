import { expect, test } from 'vitest';
import { LIMITS_ELSEWHERE } from '../../../src/supervisor/options/limit-levels.js';
import { DEFAULT_LIMITS } from '../../../src/supervisor/options/options.js';

test('a supervisor takes every limit, and what others do not take is a limit', () => {
  expect(LIMITS_ELSEWHERE.supervisor).toEqual({});
  const elsewhere = Object.values(LIMITS_ELSEWHERE).flatMap((limits) => Object.keys(limits));
  expect(elsewhere.filter((limit) => !(limit in DEFAULT_LIMITS))).toEqual([]);
});
