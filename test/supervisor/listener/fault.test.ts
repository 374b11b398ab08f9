import { expect, test } from 'vitest';
import { MISDIRECTED, NO_ROOM, TOO_MANY } from '../../../src/supervisor/listener/fault.js';

test('a client that may come again is given the time after which', () => {
  expect([NO_ROOM, TOO_MANY].map(({ status, headers }) => [status, headers?.['retry-after']])).toEqual([
    [503, '1'],
    [429, '10'],
  ]);
  expect(MISDIRECTED.headers).toBeUndefined();
});
