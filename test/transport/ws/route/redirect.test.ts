import { expect, test } from 'vitest';
import type { DialRequest } from '../../../../src/transport/transport.js';
import { isRedirect, redirected } from '../../../../src/transport/ws/route/redirect.js';

const request = (url: string): DialRequest => ({
  url,
  headers: { authorization: 'Bearer s3cret', cookie: 'a=s3cret', 'x-key': 's3cret' },
  protocols: ['chat'],
  tls: {
    ca: 'authority',
    cert: 's3cret',
    key: 's3cret',
    passphrase: 's3cret',
    pfx: Buffer.of(1),
    servername: 'a.test',
  },
  options: { maxPayloadBytes: 1, maxFragments: 1, perMessageDeflate: false },
  redirects: 3,
});

test.each([
  [301, true],
  [302, true],
  [303, true],
  [307, true],
  [308, true],
  [300, false],
  [304, false],
  [200, false],
  [401, false],
])('%i is a redirect: %s', (status, is) => {
  expect(isRedirect(status)).toBe(is);
});

test.each([
  // from                  Location                to
  ['ws://a.test/x', '/y?z', 'ws://a.test/y?z'],
  ['ws://a.test/x/y', 'z', 'ws://a.test/x/z'],
  ['ws://a.test/x', 'http://a.test/y', 'ws://a.test/y'],
  ['ws://a.test/x', 'ws://a.test:80/y#z', 'ws://a.test/y'],
  ['wss://a.test/x', 'https://a.test:443/y', 'wss://a.test/y'],
  ['ws://user:word@a.test/x', '/y', 'ws://user:word@a.test/y'],
  ['ws://user:word@a.test/x', 'http://a.test/y', 'ws://user:word@a.test/y'],
  ['ws://user:word@a.test/x', 'http://other@a.test/y', 'ws://other@a.test/y'],
])('within an origin everything goes along: %s and %s lead to %s', (from, location, to) => {
  expect(redirected(request(from), location)).toEqual({ request: { ...request(from), url: to } });
});

test.each([
  ['ws://user:s3cret@a.test/', '//b.test/', 'ws://b.test/'],
  ['ws://a.test/', 'http://a.test:81/', 'ws://a.test:81/'],
  ['ws://a.test/', 'wss://a.test/', 'wss://a.test/'],
  ['ws://user:s3cret@a.test/', 'https://a.test/', 'wss://a.test/'],
  ['wss://a.test/', 'https://b.a.test/', 'wss://b.a.test/'],
])('to another origin go no secrets: %s and %s lead to %s', (from, location, to) => {
  const redirect = redirected(request(from), location);
  expect(redirect).toEqual({
    request: { ...request(from), url: to, headers: {}, tls: { ca: 'authority' } },
  });
  expect(JSON.stringify(redirect)).not.toContain('s3cret');
});

test.each<[string, string | undefined, string]>([
  ['wss://a.test/', 'http://a.test/', 'ERR_UNSAFE_REDIRECT'],
  ['wss://a.test/', 'ws://a.test/', 'ERR_UNSAFE_REDIRECT'],
  ['ws://a.test/', 'ws+unix:/var/run/docker.sock:/', 'ERR_UNSAFE_REDIRECT'],
  ['ws://a.test/', 'file:///etc/passwd', 'ERR_UNSAFE_REDIRECT'],
  ['ws+unix:/tmp/a:/', '/tmp/b:/', 'ERR_UNSAFE_REDIRECT'],
  ['ws://a.test/', undefined, 'ERR_INVALID_REDIRECT'],
  ['ws://a.test/', 'http://', 'ERR_INVALID_REDIRECT'],
])('is not followed: from %s to %s', (from, location, code) => {
  expect(redirected(request(from), location)).toEqual({ code, problem: expect.any(String) });
});
