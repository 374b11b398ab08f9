import { runInNewContext } from 'node:vm';
import { Headers as UndiciHeaders } from 'undici';
import { describe, expect, test, vi } from 'vitest';
import type { HeaderFields } from '../../../src/supervisor/api/dial-options.js';
import {
  isToken,
  resolveHeaders,
  resolveProtocols,
  resolveUrl,
} from '../../../src/supervisor/options/handshake-options.js';
import { OptionError } from '../../../src/transport/errors.js';
import { fail, revoked, throwing } from '../../support/hostile.js';
import { settled } from '../../support/settled.js';

const ALLOWED = 'it must be an object of texts, a Headers, a Map, or a list of pairs';

/** The message of the OptionError that a call throws. */
function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof OptionError) return error.message;
    throw error;
  }
  return 'nothing was thrown';
}

describe('a URL', () => {
  test.each([
    // given                                   resolved
    ['ws://example.com', 'ws://example.com/'],
    ['wss://example.com:443/path?q=1', 'wss://example.com/path?q=1'],
    ['WSS://EXAMPLE.com/Path', 'wss://example.com/Path'],
    ['ws://[::1]:8080/', 'ws://[::1]:8080/'],
    ['wss://name:secret@example.com/', 'wss://name:secret@example.com/'],
    [new URL('wss://example.com/a'), 'wss://example.com/a'],
  ])('%s resolves to %s', (given, resolved) => {
    expect(resolveUrl(given, 'dial: url')).toBe(resolved);
  });

  test.each([
    // given                                       the sentence
    ['', 'dial: url is ""; it must be an absolute URL such as "wss://example.com/path".'],
    ['/path', 'dial: url is "/path"; it must be an absolute URL such as "wss://example.com/path".'],
    ['example.com', 'dial: url is "example.com"; it must be an absolute URL such as "wss://example.com/path".'],
    [
      ' ws://name:secret@example.com:port',
      'dial: url is "ws://***@example.com:port"; it must be an absolute URL such as "wss://example.com/path".',
    ],
    [
      'http://example.com/?token=secret',
      'dial: url is "http://example.com/?..."; its scheme must be ws: or wss:; write ws: for http:.',
    ],
    ['wss://', 'dial: url is "wss://"; it must be an absolute URL such as "wss://example.com/path".'],
    ['http://example.com/', 'dial: url is "http://example.com/"; its scheme must be ws: or wss:; write ws: for http:.'],
    [
      'https://example.com/',
      'dial: url is "https://example.com/"; its scheme must be ws: or wss:; write wss: for https:.',
    ],
    ['ftp://example.com/', 'dial: url is "ftp://example.com/"; its scheme must be ws: or wss:.'],
    ['localhost:8080', 'dial: url is "localhost:8080"; its scheme must be ws: or wss:.'],
    ['ws://example.com/#part', 'dial: url is "ws://example.com/#part"; it must not have a fragment.'],
    ['ws://example.com/#', 'dial: url is "ws://example.com/#"; it must not have a fragment.'],
    [undefined, 'dial: url is undefined; it must be a text or a URL.'],
    [{ href: 'ws://example.com' }, 'dial: url is an object; it must be a text or a URL.'],
  ])('%s is refused', (given, sentence) => {
    expect(refusal(() => resolveUrl(given as string, 'dial: url'))).toBe(sentence);
  });

  test.each([
    'http://name:secret@example.com/a@b',
    'wss://name:secret@example.com/#part',
    'wss://name:se#secret@example.com:port/',
    'wss://name:se/secret@exa mple.com',
    '//name:secret@example.com',
  ])('that is refused never shows its password: %s', (given) => {
    const message = refusal(() => resolveUrl(given, 'dial: url'));
    expect(message).toMatch(/^dial: url is "/);
    expect(message).not.toContain('secret');
  });
});

describe('subprotocols', () => {
  test('are copied, in order', () => {
    const given = ['graphql-transport-ws', 'v1.chat'];
    const resolved = resolveProtocols(given, 'dial: protocols');
    expect(resolved).toEqual(given);
    expect(resolved).not.toBe(given);
  });

  test.each([
    // given              the sentence begins
    [['a', 'b', 'a'], 'dial: protocols[2] is "a", which is in the list already;'],
    [['a', 'a b'], 'dial: protocols[1] is "a b"; it must have one or more letters'],
    [['a,b'], 'dial: protocols[0] is "a,b"; it must have one or more letters'],
    [[''], 'dial: protocols[0] is ""; it must have one or more letters'],
    [['é'], 'dial: protocols[0] is "é"; it must have one or more letters'],
    [[5], 'dial: protocols[0] is 5; it must have one or more letters'],
    ['chat', 'dial: protocols is "chat"; it must be a list of texts.'],
  ])('%j are refused', (given, begins) => {
    expect(refusal(() => resolveProtocols(given as string[], 'dial: protocols'))).toContain(begins);
  });

  test('that differ in case are different', () => {
    expect(resolveProtocols(['chat', 'Chat'], 'dial: protocols')).toEqual(['chat', 'Chat']);
  });

  test.each([
    ["!#$%&'*+-.^_`|~09azAZ", true],
    ['a/b', false],
    ['a\n', false],
  ])('may be called %j: %s', (text, isOne) => {
    expect(isToken(text)).toBe(isOne);
  });
});

describe('header fields', () => {
  test('are copied', () => {
    const given = { Authorization: 'Bearer abc', Host: 'example.com', 'x-empty': '' };
    const resolved = resolveHeaders(given, 'dial: headers');
    expect(resolved).toEqual(given);
    expect(resolved).not.toBe(given);
  });

  test('that are promises are refused, and their rejections are handled', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const given = {
      authorization: Promise.reject(new Error('no token')),
      cookie: Promise.reject(new Error('no cookie')),
    };
    expect(refusal(() => resolveHeaders(given as never, 'dial: headers'))).toBe(
      'dial: headers.authorization is a promise; await it first.',
    );
    await settled();
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test.each([
    // given                                  the sentence begins
    [{ 'a b': '1' }, 'dial: headers has a field called "a b"; allowed in names are'],
    [{ '': '1' }, 'dial: headers has a field called ""; allowed in names are'],
    [{ 'x-a': 5 }, 'dial: headers.x-a is of type number; it must be a text.'],
    [{ authorization: undefined }, 'dial: headers.authorization is of type undefined; it must be a text.'],
    [{ 'x-a': ['1'] }, 'dial: headers.x-a is a list; it must be a text.'],
    [{ 'x-a': '1', 'X-A': '2' }, 'dial: headers.X-A is given twice, in different cases; each field is allowed once.'],
    [{ Connection: 'close' }, 'dial: headers.Connection is not allowed; the handshake sets it by itself.'],
    [{ upgrade: 'websocket' }, 'dial: headers.upgrade is not allowed; the handshake sets it by itself.'],
    [{ 'Sec-WebSocket-Key': 'x' }, 'dial: headers.Sec-WebSocket-Key is not allowed; the handshake sets it by itself.'],
    [
      { 'Sec-WebSocket-Protocol': 'x' },
      'dial: headers.Sec-WebSocket-Protocol is not allowed; use the option protocols.',
    ],
    [
      { 'Sec-WebSocket-Extensions': 'x' },
      'dial: headers.Sec-WebSocket-Extensions is not allowed; use the option perMessageDeflate.',
    ],
    [{ 'Content-Length': '1' }, 'dial: headers.Content-Length is not allowed; the handshake has no body.'],
    [
      [
        ['x-a', '1'],
        ['x-a', '2'],
      ],
      'dial: headers.x-a is given twice; each field is allowed once.',
    ],
    [[['x-a', '1', '2']], 'dial: headers[0] is a list; it must be a list of two texts, a name and a value.'],
    [[['x-a', 5]], 'dial: headers.x-a is of type number; it must be a text.'],
    [['authorization', 'x'], 'dial: headers[0] is a text; it must be a list of two texts, a name and a value.'],
    ['authorization: x', `dial: headers is a text; ${ALLOWED}.`],
    [5, `dial: headers is of type number; ${ALLOWED}.`],
    [null, `dial: headers is null; ${ALLOWED}.`],
  ])('%j are refused', (given, begins) => {
    expect(refusal(() => resolveHeaders(given as unknown as Record<string, string>, 'dial: headers'))).toContain(
      begins,
    );
  });

  test.each(['secret\r\nx-b: 1', 'secret\u0000', 'secret \u2713'])(
    'whose value has a forbidden character are refused without showing it: %j',
    (value) => {
      const message = refusal(() => resolveHeaders({ authorization: value }, 'dial: headers'));
      expect(message).toMatch(/^dial: headers\.authorization has a character that is not allowed in a header field/);
      expect(message).not.toContain('secret');
    },
  );

  test('may be called like a property of every object', () => {
    expect(resolveHeaders({ constructor: 'x' }, 'dial: headers')).toEqual({ constructor: 'x' });
  });

  class Fields {
    authorization = 'Bearer abc';
  }

  test.each<[string, HeaderFields]>([
    ["Node's Headers", new Headers({ Authorization: 'Bearer abc' })],
    ["undici's Headers", new UndiciHeaders({ Authorization: 'Bearer abc' }) as Iterable<[string, string]>],
    ['a Map', new Map([['authorization', 'Bearer abc']])],
    ['a Map of another realm', runInNewContext("new Map([['authorization', 'Bearer abc']])")],
    ['a list of pairs', [['authorization', 'Bearer abc']]],
    ['the entries of an object', Object.entries({ authorization: 'Bearer abc' })],
    ['an iterator', new Headers({ Authorization: 'Bearer abc' }).entries()],
    ['an object of another realm', runInNewContext("({ authorization: 'Bearer abc' })")],
    ['an object without a prototype', Object.assign(Object.create(null), { authorization: 'Bearer abc' })],
    ['an instance of a class', new Fields() as never],
  ])('may be %s', (_what, given) => {
    expect(resolveHeaders(given, 'dial: headers')).toEqual({ authorization: 'Bearer abc' });
  });

  test.each<[string, object]>([
    ['no fields', {}],
    ['no prototype', Object.create(null)],
    ['no pairs', []],
    ['an empty Headers', new Headers()],
    ['an object of another realm', runInNewContext('({})')],
  ])('may be none: %s', (_what, given) => {
    expect(resolveHeaders(given as HeaderFields, 'dial: headers')).toEqual({});
  });

  test.each<[string, object]>([
    ['a promise', Promise.resolve({ authorization: 'Bearer abc' })],
    ['a Response', new Response()],
    ['a Date', new Date()],
    ['a WeakMap', new WeakMap()],
  ])('are required of an object: not of: %s', (_what, given) => {
    expect(refusal(() => resolveHeaders(given as HeaderFields, 'dial: headers'))).toBe(
      `dial: headers is an object of a class that has no fields; ${ALLOWED}.`,
    );
  });

  test.each<[string, object]>([
    ['a getter', throwing('authorization')],
    ['a proxy', new Proxy({}, { get: fail })],
    ['an iterator', { [Symbol.iterator]: fail }],
    ['a proxy that was revoked', revoked()],
  ])('that cannot be read are refused: %s', (_what, given) => {
    expect(refusal(() => resolveHeaders(given as HeaderFields, 'dial: headers'))).toBe(
      'dial: headers threw when it was read; it must be a value that can be read.',
    );
  });
});
