import { expect, test } from 'vitest';
import { errorData, eventOf, note } from '../../../src/inspect/recorder/event-checks.js';

const AT = 'parse: event';
const error = { name: 'Error', message: 'm' };
const NOTHING = { frames: 0, bytes: 0 };

test.each([
  { type: 'wire.opened' },
  { type: 'wire.opened', protocol: 'chat' },
  { type: 'wire.closing', received: { code: 1000, reason: '' } },
  { type: 'wire.failed', fault: 'limit', cause: error, sent: { code: 1008, reason: '' } },
  { type: 'wire.closed', end: { kind: 'closed', unconfirmed: NOTHING } },
  { type: 'wire.closed', end: { kind: 'refused', unconfirmed: NOTHING, httpStatus: 403, cause: error } },
  { type: 'handler.threw', error },
  { type: 'handler.threw', thrown: null },
  { type: 'handler.returned', code: 1000, reason: '' },
  { type: 'close', code: 1000, reason: '', trigger: 'idle' },
  { type: 'terminate', trigger: 'drained' },
  { type: 'deadline.open' },
  { type: 'an event of a later version' },
])('reads %j', (event) => {
  expect(eventOf('connection')(event, AT)).toEqual(event);
});

test.each<[object, string]>([
  [{}, 'parse: event.type is undefined'],
  [{ type: 'wire.closing' }, 'parse: event.received is missing; it must be an object.'],
  [{ type: 'wire.closed', end: { kind: 'gone', unconfirmed: NOTHING } }, 'parse: event.end.kind is "gone"'],
  [{ type: 'wire.failed', fault: 'limit', cause: { name: 'Error' } }, 'parse: event.cause has no name or no message'],
  [
    { type: 'close', code: 1000, reason: '', trigger: 'why' },
    'parse: event.trigger is "why"; it must be "close-called"',
  ],
  [{ type: 'terminate', trigger: 'idle' }, 'parse: event.trigger is "idle"; it must be "terminated" or "drained"'],
  [{ type: 'handler.threw' }, 'parse: event has neither error nor thrown; it must have one of them.'],
])('refuses %j', (event, message) => {
  expect(() => eventOf('connection')(event, AT)).toThrow(message);
});

test('the payloads of one machine are not those of another', () => {
  expect(eventOf('dialer')({ type: 'redial', reason: 'r', more: 1 }, AT)).toEqual({ type: 'redial', reason: 'r' });
  const asked = { reason: 'r', code: 4000 };
  for (const type of ['redial', 'overlap', 'stop'])
    expect(eventOf('dialer')({ type, ...asked, url: 'ws://a.example/' }, AT)).toEqual({ type, ...asked });
  expect(eventOf('dialer')({ type: 'stop' }, AT)).toEqual({ type: 'stop' });
  expect(eventOf('supervisor')({ type: 'wire.closing' }, AT)).toEqual({ type: 'wire.closing' });
  expect(eventOf('supervisor')({ type: 'constructor' }, AT)).toEqual({ type: 'constructor' });
});

test('notes are flat, except what was thrown', () => {
  expect(note({ type: 'ping.answered', count: 2, minMs: 1.5 }, AT)).toEqual({
    type: 'ping.answered',
    count: 2,
    minMs: 1.5,
  });
  expect(note({ type: 'subscriber.threw', error }, AT)).toEqual({ type: 'subscriber.threw', error });
  expect(() => note({ type: 'a note', deep: {} }, AT)).toThrow('parse: event.deep is an object');
});

test('errors are read with their causes', () => {
  const deep = { ...error, code: 'E', cause: { ...error, errors: [error, 'text'] } };
  expect(errorData(deep, AT)).toEqual(deep);
});
