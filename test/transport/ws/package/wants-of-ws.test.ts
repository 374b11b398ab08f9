import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { requestForWs, tidyExtensions } from '../../../../src/transport/ws/package/wants-of-ws.js';

const requestOf = (headers: IncomingHttpHeaders) => ({ method: 'GET', headers }) as IncomingMessage;
const offering = (field: string) => requestOf({ upgrade: 'websocket', 'sec-websocket-extensions': field });

describe('a request', () => {
  test('that needs no change is passed as it is', () => {
    const plain = requestOf({ upgrade: 'WebSocket' });
    expect(requestForWs(plain, true)).toBe(plain);
    const ignored = offering('permessage-deflate');
    expect(requestForWs(ignored, false)).toBe(ignored);
  });

  test('that offers several protocols offers websocket alone, and keeps all else', () => {
    const request = requestOf({ upgrade: 'h2c, websocket', host: 'x' });
    const wanted = requestForWs(request, true);
    expect([wanted.method, wanted.headers]).toEqual(['GET', { upgrade: 'websocket', host: 'x' }]);
    expect(request.headers.upgrade).toBe('h2c, websocket');
  });

  test.each([
    ['permessage-deflate; client_max_window_bits=99, permessage-deflate', 'permessage-deflate'],
    ['permessage-deflate; server_max_window_bits="10"', 'permessage-deflate; server_max_window_bits=10'],
    ['x-foo', undefined],
  ])('that offers %s offers %s', (field, expected) => {
    expect(requestForWs(offering(field), true).headers['sec-websocket-extensions']).toBe(expected);
  });

  test('with malformed extensions is refused', () => {
    expect(() => requestForWs(offering('x;'), true)).toThrow('the header field Sec-WebSocket-Extensions is malformed');
  });
});

test.each([
  ['permessage-deflate;server_max_window_bits = "9",', 'permessage-deflate; server_max_window_bits=9'],
  ['x;', 'x;'],
])('the extensions %s in an answer are %s for ws', (field, expected) => {
  const headers = { 'sec-websocket-extensions': field };
  tidyExtensions(headers);
  expect(headers['sec-websocket-extensions']).toBe(expected);
});
