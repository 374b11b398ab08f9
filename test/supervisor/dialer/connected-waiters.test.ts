import { expect, test } from 'vitest';
import type { Connection } from '../../../src/supervisor/api/connection.js';
import { ConnectedWaiters } from '../../../src/supervisor/dialer/connected-waiters.js';
import { Wheel } from '../../../src/supervisor/time/wheel.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';
import { DeadlineError } from '../../../src/transport/errors.js';

function setup() {
  const clock = createHeapClock();
  const wheel = new Wheel(clock, (error) => {
    throw error;
  });
  return { clock, waiters: new ConnectedWaiters(wheel) };
}

const connection = { id: 'c1' } as unknown as Connection;
const late = () => 'too late';

test('all waits settle with the connection or the error, and are removed', async () => {
  const { waiters } = setup();
  const [one, other] = [waiters.next({}, late), waiters.next({}, late)];
  waiters.resolve(connection);
  waiters.reject(new Error('nobody is left to hear this'));
  expect(await Promise.all([one, other])).toEqual([connection, connection]);
  const third = waiters.next({}, late);
  waiters.reject(new Error('ended'));
  await expect(third).rejects.toThrow('ended');
});

test('a wait with a deadline rejects when that has passed', async () => {
  const { clock, waiters } = setup();
  const waiting = waiters.next({ withinMs: 100 }, late);
  const rejected = expect(waiting).rejects.toThrow(new DeadlineError('too late'));
  await clock.advanceAsync(110);
  await rejected;
  expect(clock.pending).toBe(0);
});

test('a wait that is interrupted ends', async () => {
  const { waiters } = setup();
  const controller = new AbortController();
  const rejected = expect(waiters.next({ signal: controller.signal }, late)).rejects.toThrow('enough');
  controller.abort(new Error('enough'));
  await rejected;
});
