import { afterEach, describe, expect, test, vi } from 'vitest';
import { dialedPlace } from '../../../src/adapters/websocket/dialed-place.js';

afterEach(() => vi.unstubAllGlobals());

const urlOf = (url: unknown) => dialedPlace(url, []).url.href;

test.each([
  ['ws://Example.com', 'ws://example.com/'],
  ['wss://example.com:443/a/../b', 'wss://example.com/b'],
  ['http://example.com:80/', 'ws://example.com/'],
  ['https://example.com', 'wss://example.com/'],
  [' ws://example.com/\n', 'ws://example.com/'],
  ['ws://user:secret@example.com/', 'ws://user:secret@example.com/'],
])('%s is dialed as %s', (url, expected) => {
  expect(urlOf(url)).toBe(expected);
});

test('without a page there is no relative URL', () => {
  expect(() => urlOf('/chat')).toThrow(expect.objectContaining({ name: 'SyntaxError' }));
});

test('a relative URL is relative to globalThis.location, where an environment has one', () => {
  vi.stubGlobal('location', new URL('https://example.com/app/page#part'));
  expect(urlOf('chat')).toBe('wss://example.com/app/chat');
  vi.stubGlobal('location', { href: 'about:blank' });
  expect(() => urlOf('chat')).toThrow(expect.objectContaining({ name: 'SyntaxError' }));
});

test.each([
  [{ href: 'https://example.com:8443/app' }, 'https://example.com:8443'],
  [{ href: 'file:///app.html' }, undefined],
  [undefined, undefined],
])('the page at %j has the origin %s', (location, origin) => {
  vi.stubGlobal('location', location);
  expect(dialedPlace('ws://x', [])).toMatchObject({ origin });
});

describe('an error', () => {
  test('shows no password and no query', () => {
    for (const url of ['ws://user:secret@exa mple.com/?token=secret', 'ftp://user:secret@example.com/?token=secret'])
      expect(() => urlOf(url)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret') }));
  });

  test('is about the URL where the subprotocols are wrong too', () => {
    expect(() => dialedPlace('ftp://x', ['a', 'a'])).toThrow(/scheme/);
    expect(() => dialedPlace('ws://x', ['a', 'A'])).toThrow(/twice/);
    expect(() => dialedPlace('ws://x', ['a', 'b c'])).toThrow(/subprotocol 2/);
  });
});
