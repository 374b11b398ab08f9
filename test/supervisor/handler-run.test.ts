import { expect, test } from 'vitest';
import type { Connection, Handler } from '../../src/supervisor/connection.js';
import { HandlerRun } from '../../src/supervisor/handler-run.js';
import { EndedError } from '../../src/transport/errors.js';
import { aHome } from '../support/a-home.js';
import { aReport } from '../support/reports.js';
import { settled } from '../support/settled.js';

function aRun(role: 'accepted' | 'dialed' = 'accepted') {
  const home = aHome();
  const told: unknown[] = [];
  const run = new HandlerRun(
    { id: 'c1', role, handlerReturned: (code, reason) => told.push(`${code} ${reason}`.trimEnd()), handlerThrew: (error) => told.push(error) },
    home.shared,
  );
  return { home, told, run, start: (handler: Handler<unknown>) => run.start(handler, {} as Connection<unknown>) };
}

test.each<[string, Handler<unknown>, string]>([
  ['nothing', () => {}, '1000'],
  ['nothing, later', async () => {}, '1000'],
  ['a code', () => ({ code: 4001 }), '4001'],
  ['a code and a reason, later', async () => ({ code: 4001, reason: 'bye' }), '4001 bye'],
  ['the report of the connection it awaited', async () => aReport({ code: 4002 }), '1000'],
])('a handler that returns %s closes with %s', async (_what, handler, told) => {
  const run = aRun();
  run.start(handler);
  await settled();
  expect(run.told).toEqual([told]);
  expect(run.run.isRunning).toBe(false);
});

test.each<[string, Handler<unknown>]>([
  [
    'throws',
    () => {
      throw new Error('bug');
    },
  ],
  [
    'rejects',
    async () => {
      throw new Error('bug');
    },
  ],
])('a handler that %s is contained', async (_what, handler) => {
  const run = aRun();
  run.start(handler);
  await settled();
  expect(run.told).toEqual([expect.objectContaining({ message: 'bug' })]);
});

test('a code that may not be sent counts as a throw', async () => {
  const run = aRun();
  run.start(() => ({ code: 1006 }));
  expect(run.told).toEqual([expect.objectContaining({ code: 'WIREKEEPER_CLOSE_CODE' })]);
});

test('whoever waits for the end of a handler that outlives its connection is told of it, once', async () => {
  const run = aRun();
  let finish = () => {};
  run.start(() => new Promise((resolve) => (finish = resolve)));
  run.run.connectionEnded();
  const told: string[] = [];
  run.run.whenEnded(() => told.push('one'));
  run.run.whenEnded(() => told.push('another'));
  await settled();
  expect(told).toEqual([]);
  finish();
  await settled();
  expect([told, run.run.isRunning]).toEqual([['one', 'another'], false]);
});

test('a handler that is still running a second after the end lingers, and is said to finish', async () => {
  const run = aRun();
  let finish = () => {};
  run.start(() => new Promise((resolve) => (finish = resolve)));
  run.run.connectionEnded();
  await run.home.clock.advanceAsync(900);
  expect(run.home.events).toEqual([]);
  await run.home.clock.advanceAsync(200);
  expect(run.home.lingering).toBe(1);
  finish();
  await settled();
  expect(run.home.lingering).toBe(0);
  expect(run.home.events).toEqual([
    { type: 'handler.lingering', connectionId: 'c1' },
    { type: 'handler.finished', connectionId: 'c1' },
  ]);
});

test('a handler that ends soon after its connection does not linger, and leaves no timer', async () => {
  const run = aRun();
  let finish = () => {};
  run.start(() => new Promise((resolve) => (finish = resolve)));
  run.run.connectionEnded();
  finish();
  await run.home.clock.advanceAsync(5000);
  expect(run.home.events).toEqual([]);
  expect(run.home.clock.pending).toBe(0);
});

/** What is told of a handler that throws this just after its connection has ended. */
async function toldOfLate(error: Error) {
  const run = aRun();
  let fail: (reason: Error) => void = () => {};
  run.start(() => new Promise((_resolve, reject) => (fail = reject)));
  run.run.connectionEnded();
  fail(error);
  await settled();
  expect(run.home.lingering).toBe(0);
  return run.home.events;
}

test('what a handler throws when the report is out already is told of as an event', async () => {
  const error = new Error('bug');
  expect(await toldOfLate(error)).toEqual([{ type: 'handler.finished', connectionId: 'c1', error }]);
});

test.each([
  ['its interruption', new EndedError('connection c1 has ended')],
  ['the abort of what it waited for', new DOMException('This operation was aborted', 'AbortError')],
])('a handler that ends after its connection by %s is not told of', async (_what, error) => {
  expect(await toldOfLate(error)).toEqual([]);
});
