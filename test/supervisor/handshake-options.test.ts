import { describe, expect, test } from 'vitest';
import { isToken, resolveHeaders, resolveProtocols, resolveUrl } from '../../src/supervisor/handshake-options.js';
import { OptionError } from '../../src/transport/errors.js';

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
    ['wss://', 'dial: url is "wss://"; it must be an absolute URL such as "wss://example.com/path".'],
    ['http://example.com/', 'dial: url is "http://example.com/"; its scheme must be ws: or wss:, here ws:.'],
    ['https://example.com/', 'dial: url is "https://example.com/"; its scheme must be ws: or wss:, here wss:.'],
    ['ftp://example.com/', 'dial: url is "ftp://example.com/"; its scheme must be ws: or wss:.'],
    ['localhost:8080', 'dial: url is "localhost:8080"; its scheme must be ws: or wss:.'],
    ['ws://example.com/#part', 'dial: url is "ws://example.com/#part"; it may have no fragment.'],
    ['ws://example.com/#', 'dial: url is "ws://example.com/#"; it may have no fragment.'],
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
    [['a', 'a b'], 'dial: protocols[1] is "a b"; allowed are'],
    [['a,b'], 'dial: protocols[0] is "a,b"; allowed are'],
    [[''], 'dial: protocols[0] is ""; allowed are'],
    [['é'], 'dial: protocols[0] is "é"; allowed are'],
    [[5], 'dial: protocols[0] is 5; allowed are'],
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

  test.each([
    // given                                  the sentence begins
    [{ 'a b': '1' }, 'dial: headers has a field called "a b"; allowed in names are'],
    [{ '': '1' }, 'dial: headers has a field called ""; allowed in names are'],
    [{ 'x-a': 5 }, 'dial: headers.x-a is of type number; it must be a text.'],
    [{ authorization: undefined }, 'dial: headers.authorization is of type undefined; it must be a text.'],
    [{ 'x-a': ['1'] }, 'dial: headers.x-a is a list; it must be a text.'],
    [{ 'x-a': '1', 'X-A': '2' }, 'dial: headers.X-A is there twice, in different cases; each field is allowed once.'],
    [{ Connection: 'close' }, 'dial: headers.Connection is not allowed; the handshake sets it.'],
    [{ upgrade: 'websocket' }, 'dial: headers.upgrade is not allowed; the handshake sets it.'],
    [{ 'Sec-WebSocket-Key': 'x' }, 'dial: headers.Sec-WebSocket-Key is not allowed; the handshake sets it.'],
    [{ 'Sec-WebSocket-Protocol': 'x' }, 'dial: headers.Sec-WebSocket-Protocol is not allowed; the option protocols sets it.'],
    [{ 'Sec-WebSocket-Extensions': 'x' }, 'dial: headers.Sec-WebSocket-Extensions is not allowed; the option perMessageDeflate sets it.'],
    [{ 'Content-Length': '1' }, 'dial: headers.Content-Length is not allowed; the handshake has no body.'],
    ['authorization: x', 'dial: headers is "authorization: x"; it must be an object.'],
  ])('%j are refused', (given, begins) => {
    expect(refusal(() => resolveHeaders(given as unknown as Record<string, string>, 'dial: headers'))).toContain(begins);
  });

  test.each(['secret\r\nx-b: 1', 'secret\u0000', 'secret \u2713'])('whose value has a forbidden character are refused without showing it: %j', (value) => {
    const message = refusal(() => resolveHeaders({ authorization: value }, 'dial: headers'));
    expect(message).toMatch(/^dial: headers\.authorization has a character that no header field may have/);
    expect(message).not.toContain('secret');
  });

  test('may be called like a property of every object', () => {
    expect(resolveHeaders({ constructor: 'x' }, 'dial: headers')).toEqual({ constructor: 'x' });
  });
});
