import { expect, test } from 'vitest';
import { controlPayload } from '../../../src/supervisor/options/control-payload.js';

test('a text is its UTF-8', () => {
  expect(controlPayload('ü', 'pong: payload')).toEqual(Buffer.from([0xc3, 0xbc]));
});

test('bytes are copied: they may be changed after the call', () => {
  const bytes = Buffer.from('--life--').subarray(2, 6);
  const payload = controlPayload(bytes, 'pong: payload');
  bytes.fill(0);
  expect(payload).toEqual(Buffer.from('life'));
});

test('125 bytes fit into a control frame, and no more (RFC 6455 section 5.5)', () => {
  expect(controlPayload('x'.repeat(125), 'pong: payload')).toHaveLength(125);
  expect(() => controlPayload('ü'.repeat(63), 'pong: payload')).toThrow(
    'pong: payload has 126 bytes; at most 125 fit into a control frame.',
  );
});

test.each([
  ['a number', 5],
  ['nothing', undefined],
  ['a list', [1]],
  ['another view', new Uint16Array(1)],
  ['a proxy of bytes', new Proxy(new Uint8Array(1), {})],
])('%s is no payload', (_what, given) => {
  expect(() => controlPayload(given, 'ping: payload')).toThrow('it must be a text or a Uint8Array');
});

test('bytes whose memory was transferred are no payload', () => {
  const bytes = new Uint8Array(4);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  expect(() => controlPayload(bytes, 'ping: payload')).toThrow('it must be a text or a Uint8Array');
});
