import { expect, test } from 'vitest';
import { bytesOf, lineAt, messageFrom } from '../../../src/adapters/redis/message-bytes.js';

test.each([
  ['a text', { payload: Buffer.from('hello'), headers: { 'wk-kind': 'text', 'wk-except': 'node-1/5' } }],
  ['bytes with ends of lines', { payload: Buffer.from('\n\na:b\n\0\xff', 'latin1'), headers: { 'wk-kind': 'binary' } }],
  ['nothing', { payload: Buffer.alloc(0), headers: {} }],
  ['an empty field, and one with colons', { payload: Buffer.from('x'), headers: { a: '', b: ':c: d' } }],
])('%s comes out as it went in', (_what, message) => {
  expect(messageFrom(bytesOf(message))).toEqual(message);
});

test.each(['', 'hello', 'no field\n\nx', ':no name\n\nx', 'a:b', 'a:\x07\n\nx'])(
  'what another program has published is a payload as a whole: %j',
  (text) => {
    expect(messageFrom(Buffer.from(text))).toEqual({ payload: Buffer.from(text), headers: {} });
  },
);

test('a line ends before its end, and the next one begins behind it', () => {
  const bytes = Buffer.from('one\ntwo');
  expect(lineAt(bytes, 0)).toEqual({ line: 'one', rest: 4 });
  expect(lineAt(bytes, 4)).toEqual({ line: '-', rest: 7 });
});
