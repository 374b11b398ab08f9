import { expect, test } from 'vitest';
import { entry } from '../../src/cli/entry.js';
import { createLog, eventLine, textLine } from '../../src/cli/log.js';
import { FakeTerminal } from './fake-terminal.js';

/** Local time, since that is what people are shown. */
const AT = new Date(2026, 0, 2, 3, 4, 5);
const wallNow = () => AT.getTime();
const opened = entry('connection.opened', 'opened', { about: 'c1 echo', text: '/echo from ::1', fields: { url: '/echo' } });
const trouble = entry('listener.error', 'error', { text: 'too many open files', isTrouble: true });

test('a line for people has time, word, whom, and the rest, in columns', () => {
  expect(textLine(opened, AT)).toBe('03:04:05  opened    c1 echo        /echo from ::1\n');
  expect(textLine(entry('supervisor.stopped', 'stopped'), AT)).toBe('03:04:05  stopped\n');
});

test('what a peer says cannot forge a line', () => {
  const forged = entry('connection.ended', 'closed', { about: 'c1 echo', text: 'bye\n03:04:05  opened    c2 admin' });
  expect(textLine(forged, AT).match(/\n/g)).toHaveLength(1);
});

test('a line for programs is one JSON object', () => {
  expect(JSON.parse(eventLine(opened, AT))).toEqual({ time: AT.toISOString(), event: 'connection.opened', url: '/echo' });
});

test.each([
  [{ json: false, quiet: false }, [/opened/, /error/]],
  [{ json: false, quiet: true }, [/error/]],
  [{ json: true, quiet: false }, [/"connection\.opened"/, /"listener\.error"/]],
  [{ json: true, quiet: true }, [/"listener\.error"/]],
])('writes with %j what is asked for', (options, lines) => {
  const terminal = new FakeTerminal();
  const log = createLog(terminal, { ...options, wallNow });
  log.write(opened);
  log.write(trouble);
  expect(terminal.stdout.lines).toEqual(lines.map((line) => expect.stringMatching(line)));
});

test('goes on without a reader, and says so once', () => {
  const terminal = new FakeTerminal();
  const log = createLog(terminal, { json: false, quiet: false, wallNow });
  terminal.stdout.emit('error', new Error('write EPIPE'));
  terminal.stdout.emit('error', new Error('write EPIPE'));
  log.write(opened);
  expect(terminal.stderr.lines).toEqual(['wirekeeper: the log cannot be written any more: write EPIPE']);
  expect(terminal.stdout.text).toBe('');
});
