import { expect, test } from 'vitest';
import { readMessage } from '../../../src/adapters/nest/read-message.js';
import { prepare } from '../../../src/index.js';

test.each<[string, unknown]>([
  ['{"event":"echo","data":{"a":1}}', { event: 'echo', data: { a: 1 } }],
  ['{"event":"echo"}', { event: 'echo', data: undefined }],
  ['{"event":"echo","data":null,"more":1}', { event: 'echo', data: null }],
])('reads %s', (text, message) => {
  expect(readMessage(prepare(text))).toEqual(message);
});

test('reads JSON in a binary message, too', () => {
  expect(readMessage(prepare(Buffer.from('{"event":"echo"}')))).toEqual({ event: 'echo', data: undefined });
});

test.each(['', 'hello', 'null', '5', '[]', '{}', '{"event":5}', '{"event":null}', '{"event":"a"'])(
  'ignores %s',
  (text) => {
    expect(readMessage(prepare(text))).toBeUndefined();
  },
);
