import { expect, test } from 'vitest';
import type { Connection } from '../../../src/supervisor/api/connection.js';
import type { Handler, HandlerResult } from '../../../src/supervisor/api/handler.js';
import { closeOf, runHandler } from '../../../src/supervisor/connection/handler-run.js';
import { accepted } from '../../support/a-connection.js';
import { aReport } from '../../support/reports.js';
import { settled } from '../../support/settled.js';

/** Runs a handler and returns its reported end: a result, or the error it threw. */
async function endOf(handler: Handler<unknown>): Promise<unknown[]> {
  const reported: unknown[] = [];
  runHandler(handler, {} as Connection<unknown>, {
    handlerReturned: (result) => reported.push(result),
    handlerThrew: (error) => reported.push(error),
  });
  await settled();
  return reported;
}

test.each<[string, Handler<unknown>]>([
  ['at once', () => ({ code: 4001 })],
  ['later', async () => ({ code: 4001 })],
])('a handler that returns %s has its result reported once', async (_when, handler) => {
  expect(await endOf(handler)).toEqual([{ code: 4001 }]);
});

test.each<[string, HandlerResult, { code: number; reason: string }]>([
  ['nothing', undefined, { code: 1000, reason: '' }],
  ['a code', { code: 4001 }, { code: 4001, reason: '' }],
  ['a code and a reason', { code: 4001, reason: 'bye' }, { code: 4001, reason: 'bye' }],
  ['the report of the connection it awaited', aReport({ code: 4002 }), { code: 1000, reason: '' }],
])('%s asks for its close', (_what, result, close) => {
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
  expect(await endOf(handler)).toEqual([expect.objectContaining({ message: 'bug' })]);
});

test('a thenable that answers twice, or answers and then throws, counts once', async () => {
  const thenable = (then: (resolve: (value: HandlerResult) => void, reject: (error: unknown) => void) => void) =>
    new Proxy({}, { get: (_nothing, key) => (key === 'then' ? then : undefined) }) as Promise<HandlerResult>;
  expect(
    await endOf(() =>
      thenable((resolve, reject) => {
        resolve({ code: 4001 });
        resolve({ code: 4002 });
        reject(new Error('late'));
      }),
    ),
  ).toEqual([{ code: 4001 }]);
  expect(
    await endOf(() =>
      thenable((resolve) => {
        resolve({ code: 4001 });
        throw new Error('late');
      }),
    ),
  ).toEqual([{ code: 4001 }]);
});

test("a handler's error after the ending has begun is kept beside the verdict", async () => {
  const { wire, connection } = accepted({
    handler: async (served) => {
      await served.receive();
      throw new Error('late bug');
    },
  });
  connection.close(4001);
  wire.deliver('a');
  await settled();
  wire.emitClosing(4001);
  wire.emitClosed();
  expect(connection.report).toMatchObject({
    trigger: 'close-called',
    code: 4001,
    handlerError: new Error('late bug'),
  });
  expect(connection.report?.cause).toBeUndefined();
});

test('the throw of a direct subscriber of frames$ closes with 1011', () => {
  const { wire, connection } = accepted({
    handler: (served) => {
      served.frames$.subscribe(() => {
        throw new Error('bad subscriber');
      });
      return served.closed;
    },
  });
  wire.deliver('a');
  expect(wire.asked).toEqual(['close 1011']);
  wire.emitClosing(1011);
  wire.emitClosed();
  expect(connection.report).toMatchObject({ trigger: 'handler-threw', cause: new Error('bad subscriber') });
});

test('a handler that returns while its frames$ has subscribers is reported', async () => {
  const { parent } = accepted({
    handler: (connection) => {
      connection.frames$.subscribe(() => {});
    },
  });
  await settled();
  expect(parent.events).toContainEqual({ type: 'handler.left-subscribers', connectionId: 'c1' });
});

test('a result that may not be sent counts as a throw of the handler', () => {
  const { wire, connection } = accepted({ handler: () => ({ code: 1006 }) });
  wire.emitClosing(1011);
  wire.emitClosed();
  expect(connection.report?.trigger).toBe('handler-threw');
  expect(connection.report?.handlerError).toHaveProperty('code', 'WIREKEEPER_CLOSE_CODE');
});

test('fail ends the connection as a handler that throws, and its error is in the report', async () => {
  const { wire, connection } = accepted();
  const error = new Error('a listener threw');
  connection.fail(error);
  expect(wire.asked).toEqual(['close 1011']);
  wire.emitClosing(1011);
  wire.emitClosed();
  expect(connection.report).toMatchObject({ trigger: 'handler-threw', code: 1011, handlerError: error });
});

test('fail keeps its error beside what has begun the ending', async () => {
  const { wire, connection } = accepted();
  const error = new Error('a listener threw');
  connection.close(3000);
  connection.fail(error);
  wire.emitClosing(3000);
  wire.emitClosed();
  expect(connection.report).toMatchObject({ trigger: 'close-called', code: 3000, handlerError: error });
});
