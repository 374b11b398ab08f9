import { expect, test } from 'vitest';
import { isPort } from '../../../src/cli/config/settings.js';

test.each([
  [0, true],
  [65_535, true],
  [-1, false],
  [65_536, false],
  [1.5, false],
  [Number.NaN, false],
])('port %d can be one: %s', (port, can) => {
  expect(isPort(port)).toBe(can);
});
