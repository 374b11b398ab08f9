import { expect, test } from 'vitest';
import { DEFAULT_LIMITS, DEFAULT_LIVENESS } from '../../src/supervisor/options.js';
import { resolveSupervisor } from '../../src/supervisor/resolve-supervisor.js';

test('without options has the documented defaults', () => {
  expect(resolveSupervisor({})).toEqual({ name: 'supervisor', limits: DEFAULT_LIMITS, liveness: DEFAULT_LIVENESS, clock: undefined, transport: undefined });
});

test.each([
  [{ clock: { now: () => 0 } }, 'clock has no method setTimeout'],
  [{ transport: { dial: () => {} } }, 'transport has no method listen'],
  [{ signal: {} }, 'signal'],
  [{ name: '' }, 'name'],
])('%j says what is wrong', (options, says) => {
  expect(() => resolveSupervisor(options as never)).toThrow(says);
});
