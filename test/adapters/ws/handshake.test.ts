import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import {
  fieldsOf,
  offeredProtocols,
  refusal,
  requestFault,
  responseLines,
} from '../../../src/adapters/ws/handshake.js';

const request = (headers: object = {}, method = 'GET') =>
  ({
    method,
    headers: {
      upgrade: 'WebSocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    },
  }) as IncomingMessage;

test.each([
  [request(), undefined],
  [request({}, 'POST'), 'Invalid HTTP method'],
  [request({ upgrade: 'h2c' }), 'Invalid Upgrade header'],
  [request({ upgrade: undefined }), 'Invalid Upgrade header'],
  [request({ 'sec-websocket-key': 'short' }), 'Missing or invalid Sec-WebSocket-Key header'],
  [request({ 'sec-websocket-version': '8' }), 'Missing or invalid Sec-WebSocket-Version header'],
  [request({ 'sec-websocket-protocol': 'a, a' }), 'Invalid Sec-WebSocket-Protocol header'],
])('of a request the fault is found', (given, fault) => {
  expect(requestFault(given)).toBe(fault);
});

test('subprotocols are read in their order', () => {
  expect([...(offeredProtocols({ 'sec-websocket-protocol': 'b,\ta , c' }) ?? [])]).toEqual(['b', 'a', 'c']);
  expect(offeredProtocols({})).toBeUndefined();
});

test('the lines of the answer are those of RFC 6455 section 1.3', () => {
  expect(responseLines(request(), 'chat')).toEqual([
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
    'Sec-WebSocket-Protocol: chat',
  ]);
});

test('lines of one name are one field with several values', () => {
  expect(fieldsOf(['Set-Cookie: a=1', 'X: y:z', 'Set-Cookie: b=2'])).toEqual({
    'Set-Cookie': ['a=1', 'b=2'],
    X: ['y:z'],
  });
});

// Its last character was cut off, and the rest was the name of a field.
test('a line without a colon is no header field', () => {
  expect(() => fieldsOf(['X: 1', 'nothing'])).toThrow(TypeError);
});

test('a refusal has the status, text, and fields given, and 401 without', () => {
  const answer = (given: object) => (refusal(given) as unknown as { readonly answer: object }).answer;
  expect(answer({})).toMatchObject({ status: 401 });
  expect(answer({ code: 403, message: 'no', headers: { 'X-Why': 1, 'X-None': undefined } })).toEqual({
    status: 403,
    body: 'no',
    headers: { 'X-Why': '1' },
  });
  expect(() => refusal({ code: 200 })).toThrow('300 to 599');
});
