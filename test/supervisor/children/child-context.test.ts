import { expect, test } from 'vitest';
import { StartContext } from '../../../src/supervisor/children/child-context.js';
import { EndedError } from '../../../src/transport/errors.js';

const none = (): never => {
  throw new Error('not in these tests');
};
const aContext = (onThrow: (error: unknown) => void = none) =>
  new StartContext('a', { dial: none, listen: none, supervise: none }, onThrow);
const reason = new EndedError('stop');

test('its signal aborts if it was read before', () => {
  const context = aContext();
  const { signal } = context;
  expect(signal.aborted).toBe(false);
  context.abort(reason);
  expect(signal).toMatchObject({ aborted: true, reason });
});

test('and is aborted if it is read later', () => {
  const context = aContext();
  context.abort(reason);
  expect(context.signal).toMatchObject({ aborted: true, reason });
});

test('reports what a listener of its signal throws', () => {
  const threw: unknown[] = [];
  const context = aContext((error) => threw.push(error));
  const error = new Error('bad listener');
  context.signal.addEventListener('abort', () => {
    throw error;
  });
  context.abort(reason);
  expect(threw).toEqual([error]);
});
