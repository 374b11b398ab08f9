import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { describe, expect, test } from 'vitest';
import { asksForWebSocket, streamRequest } from '../../../../src/transport/ws/http2/stream-request.js';

/** A stream whose connection is as given. */
function aStream(
  session: object | undefined = { destroyed: false, encrypted: true, socket: { remoteAddress: '::1' } },
) {
  return { session } as unknown as ServerHttp2Stream;
}

const HEADERS: IncomingHttpHeaders = {
  ':method': 'CONNECT',
  ':protocol': 'websocket',
  ':scheme': 'https',
  ':path': '/rooms/tea?since=7',
  ':authority': 'a.example',
};

test('shows users what an extended CONNECT asks for, without its pseudo-header fields', () => {
  const stream = aStream();
  expect(streamRequest(stream, { ...HEADERS, cookie: 'a=1; b=2', 'x-list': ['1', '2'] }, [])).toEqual({
    method: 'CONNECT',
    url: '/rooms/tea?since=7',
    httpVersion: '2.0',
    connectProtocol: 'websocket',
    headers: { host: 'a.example', cookie: 'a=1; b=2', 'x-list': ['1', '2'] },
    remoteAddress: '::1',
    isSecure: true,
    stream,
  });
});

test.each([
  ['without TLS', { destroyed: false, encrypted: false, socket: { remoteAddress: '192.0.2.1' } }, '192.0.2.1'],
  ['whose connection is gone', { destroyed: true }, undefined],
  ['that is gone', undefined, undefined],
])('shows where a stream comes from %s', (_what, session, remoteAddress) => {
  const stream = { session } as unknown as ServerHttp2Stream;
  expect(streamRequest(stream, HEADERS, [])).toMatchObject({ isSecure: false, remoteAddress });
});

describe('the host', () => {
  // RFC 9113 section 8.3.1: a Host field may repeat the authority, and must not say anything else.
  test.each<[string, string | undefined, readonly string[], string | readonly string[] | undefined]>([
    ['the authority', 'a.example', [], 'a.example'],
    ['the authority, which Host repeats', 'a.example', ['host', 'A.example'], 'a.example'],
    ['the Host, if there is no authority', undefined, ['host', 'b.example'], 'b.example'],
    ['both, if they differ', 'a.example', ['host', 'b.example'], ['a.example', 'b.example']],
    [
      'all of several Hosts that differ',
      'a.example',
      ['host', 'a.example', 'host', 'b.example', 'x', 'c.example'],
      ['a.example', 'b.example'],
    ],
    ['none, if there is none', undefined, [], undefined],
  ])('is %s', (_what, authority, rawHeaders, host) => {
    const headers = { ':method': 'CONNECT', ':authority': authority };
    expect(streamRequest(aStream(), headers, rawHeaders).headers['host']).toEqual(host);
  });
});

test.each([
  [true, { ':method': 'CONNECT', ':protocol': 'websocket' }],
  [true, { ':method': 'CONNECT', ':protocol': 'WebSocket' }],
  [false, { ':method': 'CONNECT', ':protocol': 'connect-udp' }],
  [false, { ':method': 'CONNECT' }],
  [false, { ':method': 'GET', ':protocol': 'websocket' }],
])('whether a stream asks for a WebSocket is %s for %j', (asks, headers) => {
  expect(asksForWebSocket(headers as IncomingHttpHeaders)).toBe(asks);
});
