import { expect, test } from 'vitest';
import { CloseEvent, ErrorEvent, Event, MessageEvent } from '../../../src/adapters/ws/events.js';

const target = { readyState: 1 };

test('events have the members that users of ws read', () => {
  const error = new Error('why');
  expect(new Event('open', target)).toMatchObject({ type: 'open', target });
  expect(new MessageEvent('text', target)).toMatchObject({ type: 'message', target, data: 'text' });
  expect(new CloseEvent({ code: 4000, reason: 'why', wasClean: true }, target)).toMatchObject({
    type: 'close',
    target,
    code: 4000,
    reason: 'why',
    wasClean: true,
  });
  expect(new ErrorEvent(error, target)).toMatchObject({ type: 'error', target, error, message: 'why' });
});
