import { expect, test } from 'vitest';
import { CloseEvent, ErrorEvent, RedialEvent, trusted } from '../../../src/adapters/websocket/events.js';
import { aReport } from '../../support/reports.js';

test('a CloseEvent has its fields, with the defaults of the specification', () => {
  const event = new CloseEvent('close', { code: 1000, reason: 'bye', wasClean: true, cancelable: true });
  expect(event).toBeInstanceOf(Event);
  expect(event).toMatchObject({ type: 'close', code: 1000, reason: 'bye', wasClean: true, cancelable: true });
  expect(new CloseEvent('close')).toMatchObject({ code: 0, reason: '', wasClean: false, cancelable: false });
  expect([CloseEvent.name, Object.prototype.toString.call(event)]).toEqual(['CloseEvent', '[object CloseEvent]']);
});

test('an ErrorEvent has its fields, with the defaults of the specification', () => {
  const error = new Error('bug');
  const event = new ErrorEvent('error', { message: 'failed', error });
  expect(event).toMatchObject({ type: 'error', message: 'failed', error, filename: '', lineno: 0, colno: 0 });
  expect(new ErrorEvent('error')).toMatchObject({ message: '' });
  expect(new ErrorEvent('error').error ?? null).toBe(null);
  expect(Object.prototype.toString.call(event)).toBe('[object ErrorEvent]');
});

test('a RedialEvent has the report, the attempt, and the delay', () => {
  const report = aReport();
  expect(new RedialEvent('redial', { report, attempt: 2, delayMs: 500 })).toMatchObject({
    type: 'redial',
    report,
    attempt: 2,
    delayMs: 500,
  });
});

test('an event of the socket is trusted; one that a program makes is not', () => {
  expect(trusted(new Event('open')).isTrusted).toBe(true);
  expect(new Event('open').isTrusted).toBe(false);
});
