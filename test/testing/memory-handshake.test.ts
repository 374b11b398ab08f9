import { expect, test } from 'vitest';
import { handshakeOf } from '../../src/testing/memory-handshake.js';
import { SCRIPTED_WIRE_OPTIONS } from '../../src/testing/scripted-peer.js';
import type { DialRequest } from '../../src/transport/transport.js';

const dial = (request: Partial<DialRequest>): DialRequest => ({
  url: 'ws://memory:4000/',
  headers: {},
  protocols: [],
  tls: {},
  options: SCRIPTED_WIRE_OPTIONS,
  ...request,
});

test.each([
  // url                            port  path           isSecure
  ['ws://memory:4000/rooms/1?a=b', 4000, '/rooms/1?a=b', false],
  ['ws://memory', 80, '/', false],
  ['wss://memory', 443, '/', true],
  ['wss://any.other.host:4000/x', 4000, '/x', true],
])('%s goes to port %i for %s', (url, port, path, isSecure) => {
  const handshake = handshakeOf(dial({ url }), 1);
  expect(handshake.port).toBe(port);
  expect(handshake.request).toMatchObject({ method: 'GET', url: path, isSecure, headers: { host: new URL(url).host } });
});

test.each(['', 'memory:4000', 'http://memory/', 'ws://memory/#fragment'])(
  'throws a SyntaxError for the URL %j',
  (url) => {
    expect(() => handshakeOf(dial({ url }), 1)).toThrow(SyntaxError);
  },
);

test.each([[['a', 'a']], [['']], [['two words']], [['a,b']]])(
  'throws a SyntaxError for the subprotocols %j',
  (protocols) => {
    expect(() => handshakeOf(dial({ protocols }), 1)).toThrow(SyntaxError);
  },
);

test("has the caller's fields by lower-case name, and its own whatever the caller says", () => {
  const { headers } = handshakeOf(
    dial({ headers: { Origin: 'https://example.com', Host: 'example.com', Upgrade: 'h2c' } }),
    1,
  ).request;
  expect(headers).toMatchObject({ origin: 'https://example.com', host: 'example.com', upgrade: 'websocket' });
  expect(Object.keys(headers)).toEqual(Object.keys(headers).map((name) => name.toLowerCase()));
});

test('offers no subprotocol unless there is one', () => {
  expect(handshakeOf(dial({}), 1).request.headers).not.toHaveProperty('sec-websocket-protocol');
});

test('has a key of 16 bytes that no other dial of the transport has', () => {
  const keys = [1, 2, 70_000].map((order) => String(handshakeOf(dial({}), order).request.headers['sec-websocket-key']));
  expect(new Set(keys).size).toBe(3);
  for (const key of keys) expect(Buffer.from(key, 'base64')).toHaveLength(16);
});
