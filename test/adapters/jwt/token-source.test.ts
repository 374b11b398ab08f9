import { expect, test } from 'vitest';
import { type TokenSource, tokensOf } from '../../../src/adapters/jwt/token-source.js';
import { createConnectionRequest } from '../../../src/supervisor/listener/request.js';

const request = (url: string, headers: Readonly<Record<string, string>>) =>
  createConnectionRequest({ method: 'GET', url, headers, remoteAddress: '127.0.0.1', isSecure: false }, () => ({}));

test.each<[TokenSource, readonly string[]]>([
  ['authorization', ['a.b']],
  [{ query: 'token' }, ['c', 'd']],
  [{ query: 'other' }, []],
  [{ cookie: 'jwt' }, ['e']],
  [{ subprotocol: 'bearer.' }, ['f.g', 'h']],
])('reads %j', (source, tokens) => {
  const asked = request('/?token=c&token=d', {
    authorization: 'Bearer a.b',
    cookie: 'x=1; jwt=e',
    'sec-websocket-protocol': 'chat, bearer.f.g , bearer.h',
  });
  expect(tokensOf(asked, [source])).toEqual(tokens);
});

test('a request without any has none', () => {
  expect(tokensOf(request('/', {}), ['authorization', { cookie: 'a' }, { subprotocol: 'b' }, { query: 'c' }])).toEqual(
    [],
  );
});
