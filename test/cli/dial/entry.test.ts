import { expect, test } from 'vitest';
import { entryOf } from '../../../src/cli/dial/entry.js';

const TEXT = { isBinary: false, hasCommands: false };
const BINARY = { isBinary: true, hasCommands: false };
const SLASH = { isBinary: false, hasCommands: true };

test.each([
  ['hello', TEXT, 'hello'],
  ['', TEXT, ''],
  ['/close', TEXT, '/close'],
  ['ünï', BINARY, Buffer.from('ünï')],
  ['//close', SLASH, '/close'],
  ['a /close', SLASH, 'a /close'],
])('%j is a message', (line, reading, data) => {
  expect(entryOf(Buffer.from(line), reading)).toEqual({ type: 'message', data });
});

test('bytes are sent as they are when they are binary, and refused as text when they are no UTF-8', () => {
  const bytes = Buffer.from([0x61, 0xff, 0x00]);
  expect(entryOf(bytes, BINARY)).toEqual({ type: 'message', data: bytes });
  expect(entryOf(bytes, TEXT)).toMatchObject({ type: 'mistake', problem: expect.stringContaining('--binary') });
});

test.each([
  ['/ping', { type: 'ping' }],
  ['/ping  ', { type: 'ping' }],
  ['/close', { type: 'close' }],
  ['/close 4000', { type: 'close', code: 4000, reason: undefined }],
  ['/close 4000 all is done', { type: 'close', code: 4000, reason: 'all is done' }],
  ['/close  1000   x ', { type: 'close', code: 1000, reason: 'x' }],
])('%j is a command', (line, command) => {
  expect(entryOf(Buffer.from(line), SLASH)).toEqual(command);
});

test('commands are read where messages are binary, too', () => {
  expect(entryOf(Buffer.from('/ping'), { isBinary: true, hasCommands: true })).toEqual({ type: 'ping' });
});

test.each(['/', '/pong', '/closed', '/close now', '/close 4000.5', '/ping 1'])('%j asks for nothing', (line) => {
  expect(entryOf(Buffer.from(line), SLASH)).toMatchObject({ type: 'mistake' });
});
