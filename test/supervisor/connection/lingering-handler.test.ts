import { expect, test } from 'vitest';
import { LingeringHandler } from '../../../src/supervisor/connection/lingering-handler.js';
import { EndedError } from '../../../src/transport/errors.js';
import { aParent } from '../../support/a-parent.js';
import { ODD_VALUES } from '../../support/odd-values.js';

function lingering() {
  const parent = aParent();
  return { parent, handler: new LingeringHandler('c1', parent.services) };
}

test('each callback for the end of a handler that outlives its connection is called once', () => {
  const { handler } = lingering();
  const called: string[] = [];
  handler.whenEnded(() => called.push('one'));
  handler.whenEnded(() => called.push('another'));
  expect(called).toEqual([]);
  handler.ended({});
  expect(called).toEqual(['one', 'another']);
});

test('a handler that is still running a second after the end lingers, and its end is reported', async () => {
  const { parent, handler } = lingering();
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
  const { parent, handler } = lingering();
  handler.ended({});
  await parent.clock.advanceAsync(5000);
  expect(parent.events).toEqual([]);
  expect(parent.clock.pending).toBe(0);
});

/** Returns the events of a handler that throws this just after its connection has ended. */
function eventsAfter(error: unknown) {
  const { parent, handler } = lingering();
  handler.ended({ error });
  expect(parent.lingering).toBe(0);
  return parent.events;
}

test('an error that a handler throws after the report is published as an event', () => {
  const error = new Error('bug');
  expect(eventsAfter(error)).toEqual([{ type: 'handler.finished', connectionId: 'c1', error }]);
});

test.each([
  ['its interruption', new EndedError('connection c1 has ended')],
  ['the abort of what it waited for', new DOMException('This operation was aborted', 'AbortError')],
])('a handler that ends after its connection by %s is not reported', (_what, error) => {
  expect(eventsAfter(error)).toEqual([]);
});

test.each(Object.entries(ODD_VALUES))('a late error is carried as it is: %s', (_name, make) => {
  const error = make();
  expect((eventsAfter(error)[0] as { readonly error: unknown }).error).toBe(error);
});
