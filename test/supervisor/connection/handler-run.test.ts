import { expect, test } from 'vitest';
import type { Connection, Handler, HandlerResult } from '../../../src/supervisor/api/connection.js';
import { closeOf, LingeringHandler, runHandler } from '../../../src/supervisor/connection/handler-run.js';
import { EndedError } from '../../../src/transport/errors.js';
import { aParent } from '../../support/a-parent.js';
import { ODD_VALUES } from '../../support/odd-values.js';
import { aReport } from '../../support/reports.js';
import { settled } from '../../support/settled.js';

/** Runs a handler and gives what its owner is told, in its words. */
async function toldBy(handler: Handler<unknown>): Promise<unknown[]> {
  const told: unknown[] = [];
  runHandler(handler, {} as Connection<unknown>, {
    handlerReturned: (result) => told.push(result),
    handlerThrew: (error) => told.push(error),
  });
  await settled();
  return told;
}

test.each<[string, Handler<unknown>]>([
  ['at once', () => ({ code: 4001 })],
  ['later', async () => ({ code: 4001 })],
])('a handler that returns %s has its result told, once', async (_when, handler) => {
  expect(await toldBy(handler)).toEqual([{ code: 4001 }]);
});

test.each<[string, HandlerResult, { code: number; reason: string }]>([
  ['nothing', undefined, { code: 1000, reason: '' }],
  ['a code', { code: 4001 }, { code: 4001, reason: '' }],
  ['a code and a reason', { code: 4001, reason: 'bye' }, { code: 4001, reason: 'bye' }],
  ['the report of the connection it awaited', aReport({ code: 4002 }), { code: 1000, reason: '' }],
])('%s asks for the close it says', (_what, result, close) => {
  expect(closeOf(result, 'accepted')).toEqual(close);
});

test('a code that may not be sent is refused', () => {
  expect(() => closeOf({ code: 1006 }, 'accepted')).toThrow(expect.objectContaining({ code: 'WIREKEEPER_CLOSE_CODE' }));
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
  expect(await toldBy(handler)).toEqual([expect.objectContaining({ message: 'bug' })]);
});

function late() {
  const parent = aParent();
  return { parent, handler: new LingeringHandler('c1', parent.services) };
}

test('whoever waits for the end of a handler that outlives its connection is told of it, once', () => {
  const { handler } = late();
  const told: string[] = [];
  handler.whenEnded(() => told.push('one'));
  handler.whenEnded(() => told.push('another'));
  expect(told).toEqual([]);
  handler.ended({});
  expect(told).toEqual(['one', 'another']);
});

test('a handler that is still running a second after the end lingers, and is said to finish', async () => {
  const { parent, handler } = late();
  await parent.clock.advanceAsync(900);
  expect(parent.events).toEqual([]);
  await parent.clock.advanceAsync(200);
  expect(parent.lingering).toBe(1);
  handler.ended({});
  expect(parent.lingering).toBe(0);
  expect(parent.events).toEqual([
    { type: 'handler.lingering', connectionId: 'c1' },
    { type: 'handler.finished', connectionId: 'c1' },
  ]);
});

test('a handler that ends soon after its connection does not linger, and leaves no timer', async () => {
  const { parent, handler } = late();
  handler.ended({});
  await parent.clock.advanceAsync(5000);
  expect(parent.events).toEqual([]);
  expect(parent.clock.pending).toBe(0);
});

/** What is told of a handler that throws this just after its connection has ended. */
function toldOfLate(error: unknown) {
  const { parent, handler } = late();
  handler.ended({ error });
  expect(parent.lingering).toBe(0);
  return parent.events;
}

test('what a handler throws when the report is out already is told of as an event', () => {
  const error = new Error('bug');
  expect(toldOfLate(error)).toEqual([{ type: 'handler.finished', connectionId: 'c1', error }]);
});

test.each([
  ['its interruption', new EndedError('connection c1 has ended')],
  ['the abort of what it waited for', new DOMException('This operation was aborted', 'AbortError')],
])('a handler that ends after its connection by %s is not told of', (_what, error) => {
  expect(toldOfLate(error)).toEqual([]);
});

test.each(Object.entries(ODD_VALUES))('a late error is carried as it is: %s', (_name, make) => {
  const error = make();
  expect((toldOfLate(error)[0] as { readonly error: unknown }).error).toBe(error);
});

test('a thenable that answers twice, or answers and then throws, counts once', async () => {
  const thenable = (then: (resolve: (value: HandlerResult) => void, reject: (error: unknown) => void) => void) =>
    new Proxy({}, { get: (_nothing, key) => (key === 'then' ? then : undefined) }) as Promise<HandlerResult>;
  expect(
    await toldBy(() =>
      thenable((resolve, reject) => {
        resolve({ code: 4001 });
        resolve({ code: 4002 });
        reject(new Error('late'));
      }),
    ),
  ).toEqual([{ code: 4001 }]);
  expect(
    await toldBy(() =>
      thenable((resolve) => {
        resolve({ code: 4001 });
        throw new Error('late');
      }),
    ),
  ).toEqual([{ code: 4001 }]);
});
