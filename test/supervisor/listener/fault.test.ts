import { expect, test } from 'vitest';
import { closedFault, MISDIRECTED, NO_ROOM, TOO_MANY } from '../../../src/supervisor/listener/fault.js';

test('a client that may come again is given the time after which', () => {
  expect([NO_ROOM, TOO_MANY].map(({ status, headers }) => [status, headers?.['retry-after']])).toEqual([
    [503, '1'],
    [429, '10'],
  ]);
  expect(MISDIRECTED.headers).toBeUndefined();
});

test('a listener that is suspended, stopped, or draining refuses every client, and says which', () => {
  const answer = { status: 503 };
  const quiet = { refuse: () => undefined };
  expect(closedFault('listening', quiet)).toBeUndefined();
  expect(closedFault('suspended', quiet)).toEqual({ answer: NO_ROOM, why: 'suspended' });
  expect(closedFault('stopped', { refuse: () => answer })).toEqual({ answer: NO_ROOM, why: 'stopped' });
  expect(closedFault('listening', { refuse: () => answer })).toEqual({ answer, why: 'draining' });
});
