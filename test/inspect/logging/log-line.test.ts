import { expect, test } from 'vitest';
import { logEntry as entry } from '../../../src/inspect/logging/log-entry.js';
import { eventLine, fieldsOf, messageLine, textLine } from '../../../src/inspect/logging/log-line.js';

/** Local time, since that is what people are shown. */
const AT = new Date(2026, 0, 2, 3, 4, 5);
const opened = entry('connection.opened', 'opened', {
  about: 'c1 echo',
  text: '/echo from ::1',
  fields: { url: '/echo' },
});

test('a line for people has time, word, subject, and the rest, in columns', () => {
  expect(textLine(opened, AT)).toBe('03:04:05  opened    c1 echo        /echo from ::1\n');
  expect(textLine(entry('supervisor.stopped', 'stopped'), AT)).toBe('03:04:05  stopped\n');
});

test('what a peer says cannot forge a line', () => {
  const forged = entry('connection.ended', 'closed', { about: 'c1 echo', text: 'bye\n03:04:05  opened    c2 admin' });
  expect(textLine(forged, AT).match(/\n/g)).toHaveLength(1);
});

test('a line for programs is one JSON object', () => {
  expect(JSON.parse(eventLine(opened, AT))).toEqual({
    time: AT.toISOString(),
    event: 'connection.opened',
    url: '/echo',
  });
});

test('hides secrets, and shows what messages hold', () => {
  const refused = entry('handshake.refused', 'refused', { text: '/a?token=x from ::1', fields: { url: '/a?token=x' } });
  const frame = entry('frame', 'frame', {
    text: 'wss://h/?token=x',
    fields: { text: 'wss://h/?token=x' },
    isData: true,
  });
  expect([textLine(refused, AT), eventLine(refused, AT)].map((line) => line.includes('token=***'))).toEqual([
    true,
    true,
  ]);
  expect([textLine(frame, AT), eventLine(frame, AT)].map((line) => line.includes('token=x'))).toEqual([true, true]);
});

test('cuts long texts for people only', () => {
  const long = entry('frame', 'frame', { text: 'x'.repeat(5_000), fields: { text: 'x'.repeat(5_000) }, isData: true });
  expect(textLine(long, AT)).toMatch(/x\.\.\. \(904 more\)\n$/);
  expect(eventLine(long, AT)).toContain('x'.repeat(5_000));
});

test('a message has word, subject, and the rest, in one line without secrets', () => {
  expect(messageLine(opened)).toBe('opened c1 echo /echo from ::1');
  expect(messageLine(entry('supervisor.stopped', 'stopped'))).toBe('stopped');
  const forged = entry('connection.ended', 'closed', { about: 'c1 ', text: 'bye\n\u001b[2J /a?token=x' });
  expect(messageLine(forged)).toBe(String.raw`closed c1 bye\n\x1b[2J /a?token=***`);
});

test('fields are plain data without secrets, and err is the error', () => {
  const error = new Error('GET /a?token=x failed', { cause: new TypeError('no') });
  const failed = entry('listener.error', 'error', { fields: { childId: 'echo', error, url: '/a?token=x' } });
  expect(fieldsOf(failed)).toEqual({
    event: 'listener.error',
    childId: 'echo',
    url: '/a?token=***',
    err: { name: 'Error', message: 'GET /a?token=*** failed', cause: { name: 'TypeError', message: 'no' } },
  });
});
