import type { IncomingMessage } from 'node:http';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { compilePath, type PathMatcher } from '../../../src/supervisor/listener/path.js';
import { createConnectionRequest, fieldOf } from '../../../src/supervisor/listener/request.js';
import type { HandshakeRequest } from '../../../src/transport/transport.js';

function requestWith(
  { url = '/', headers = {} }: Partial<Pick<HandshakeRequest, 'url' | 'headers'>> = {},
  match: PathMatcher = compilePath(undefined),
) {
  return createConnectionRequest({ method: 'GET', url, headers, remoteAddress: '127.0.0.1', isSecure: false }, match);
}

test("keeps the handshake's values, and reads the path's parameters when they are asked for", () => {
  const handshake = {
    method: 'GET',
    url: '/rooms/den?a=1',
    headers: { host: 'example.com' },
    remoteAddress: '192.0.2.1',
    isSecure: true,
  };
  const request = createConnectionRequest(handshake, compilePath('/rooms/:name'));
  expect(request).toMatchObject({ ...handshake, params: { name: 'den' } });
  expect(Object.keys(request)).not.toContain('params');
});

test('is printed without its query and its header fields, which may hold credentials', () => {
  const request = requestWith({ url: '/rooms/den?token=s3cret', headers: { authorization: 'Bearer s3cret' } });
  const facts = { method: 'GET', path: '/rooms/den', remoteAddress: '127.0.0.1', isSecure: false };
  expect(request.header('authorization')).toBe('Bearer s3cret');
  expect(JSON.parse(JSON.stringify(request))).toEqual(facts);
  expect(inspect(request)).toBe(`ConnectionRequest ${inspect(facts)}`);
});

test.each([
  // url              path       query
  ['/', '/', ''],
  ['/rooms/den', '/rooms/den', ''],
  ['/rooms?', '/rooms', ''],
  ['/rooms?a=1&b=%20x', '/rooms', 'a=1&b=+x'],
  ['/rooms?a=1?b', '/rooms', 'a=1%3Fb'],
  ['/r%C3%B6?a', '/r%C3%B6', 'a='],
])('divides %s into its path %s and its query', (url, path, query) => {
  const request = requestWith({ url });
  expect(request.path).toBe(path);
  expect(request.query.toString()).toBe(query);
});

test('gives the same query each time', () => {
  const request = requestWith({ url: '/?a=1' });
  expect(request.query).toBe(request.query);
});

describe('a header field', () => {
  const request = requestWith({ headers: { 'x-one': '1', 'x-many': ['1', '2'], 'x-empty': '' } });

  test.each([
    // name       value
    ['x-one', '1'],
    ['X-ONE', '1'],
    ['x-many', '1, 2'],
    ['x-empty', ''],
    ['x-none', undefined],
    ['constructor', undefined],
    ['__proto__', undefined],
  ])('%s is %j', (name, value) => {
    expect(request.header(name)).toBe(value);
  });

  test('of several values is joined as its reader asks', () => {
    expect(fieldOf(request.headers, 'X-Many', '; ')).toBe('1; 2');
  });
});

test.each([
  // authorization            token
  ['Bearer abc', 'abc'],
  ['bearer abc', 'abc'],
  ['BEARER   abc ', 'abc'],
  ['Bearer a-b.c_d~e+f/g==', 'a-b.c_d~e+f/g=='],
  [undefined, undefined],
  ['', undefined],
  ['Bearer', undefined],
  ['Bearer ', undefined],
  ['Bearerabc', undefined],
  ['Bearer a b', undefined],
  ['Bearer a=b', undefined],
  ['Bearer a,b', undefined],
  ['Bearer ü', undefined],
  ['Basic YWxhZGRpbg==', undefined],
  ['Negotiate, Bearer abc', undefined],
])('finds in Authorization: %s the token %s', (authorization, token) => {
  expect(requestWith({ headers: { authorization } }).bearerToken()).toBe(token);
});

describe('a cookie', () => {
  test.each([
    // header                    value of "a"
    ['a=1', '1'],
    ['b=2; a=1', '1'],
    ['b=2;a=1', '1'],
    ['a = 1 ; b=2', '1'],
    ['a=1; a=2', '1'],
    ['a="quoted value"', 'quoted value'],
    ['a=""', ''],
    ['a="', '"'],
    ['a=', ''],
    ['a=x=y', 'x=y'],
    ['a=%C3%BC%20', 'ü '],
    ['a=%', '%'],
    ['a=100%25%E0%A4%A', '100%25%E0%A4%A'],
    ['a', undefined],
    ['=1', undefined],
    ['A=1', undefined],
    ['aa=1; ba=2', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('of %j is %j', (cookie, value) => {
    expect(requestWith({ headers: { cookie } }).cookie('a')).toBe(value);
  });

  test('is found in several fields', () => {
    expect(requestWith({ headers: { cookie: ['b=2', 'a=1'] } }).cookie('a')).toBe('1');
  });
});

test('packed, it still has every field that is of use, and no longer those that served the handshake', () => {
  const headers = {
    host: 'example.com',
    cookie: 'a=1; b=2',
    'x-empty': '',
    'set-cookie': ['a', 'b'],
    'x-latin': 'caf\u00e9',
    'sec-websocket-key': 'x',
    connection: 'Upgrade',
  };
  const request = createConnectionRequest(
    { method: 'GET', url: '/p?b=c', headers, remoteAddress: '192.0.2.1', isSecure: false },
    compilePath('/:name'),
  );
  request.pack();
  expect(request.headers).toEqual({
    host: 'example.com',
    cookie: 'a=1; b=2',
    'x-empty': '',
    'set-cookie': ['a', 'b'],
    'x-latin': 'caf\u00e9',
  });
  expect([request.header('Host'), request.cookie('b'), request.query.get('b'), request.params]).toEqual([
    'example.com',
    '2',
    'c',
    { name: 'p' },
  ]);
});

test('has the request of Node until it is packed, and does not print it', () => {
  const raw = { headers: { cookie: 'secret' } } as IncomingMessage;
  const request = createConnectionRequest(
    { method: 'GET', url: '/', headers: {}, remoteAddress: '192.0.2.1', isSecure: false, raw },
    compilePath(undefined),
  );
  expect(request.raw).toBe(raw);
  expect(inspect(request, { showHidden: true, depth: 9 })).not.toContain('secret');
  expect(Object.keys(request)).not.toContain('raw');
  request.pack();
  expect(request.raw).toBeUndefined();
});
