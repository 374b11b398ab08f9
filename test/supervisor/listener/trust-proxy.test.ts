import { describe, expect, test } from 'vitest';
import type { ListenOptions } from '../../../src/supervisor/api/listener.js';
import { compileProxies } from '../../../src/supervisor/listener/trust-proxy.js';
import { OptionError } from '../../../src/transport/errors.js';
import { FakeUpgrade } from '../../support/fake-transport.js';

type Given = ListenOptions['trustProxy'];

const requestFrom = (remoteAddress: string | undefined, headers: Record<string, string>, url = '/') =>
  new FakeUpgrade({ remoteAddress, url, headers }).request;

const clientOf = (given: Given, remoteAddress: string | undefined, xForwardedFor?: string) =>
  compileProxies(given)(
    requestFrom(remoteAddress, xForwardedFor === undefined ? {} : { 'x-forwarded-for': xForwardedFor }),
  ).request.remoteAddress;

describe('the client’s address', () => {
  test.each<[Given, string | undefined, string | undefined, string | undefined]>([
    // trusted                   peer             X-Forwarded-For                        client
    [undefined, '10.0.0.1', '203.0.113.7', '10.0.0.1'],
    [0, '10.0.0.1', '203.0.113.7', '10.0.0.1'],
    [[], '10.0.0.1', '203.0.113.7', '10.0.0.1'],
    [1, '10.0.0.1', '203.0.113.7', '203.0.113.7'],
    [1, '10.0.0.1', undefined, '10.0.0.1'],
    [1, undefined, '203.0.113.7', '203.0.113.7'],
    // What a stranger has put there himself is further away than what the proxy adds.
    [1, '10.0.0.1', '1.1.1.1, 203.0.113.7', '203.0.113.7'],
    [2, '10.0.0.1', '1.1.1.1, 203.0.113.7, 10.0.0.2', '203.0.113.7'],
    [5, '10.0.0.1', '203.0.113.7, 10.0.0.2', '203.0.113.7'],
    [['10.0.0.1'], '10.0.0.1', '203.0.113.7', '203.0.113.7'],
    [['10.0.0.0/8'], '10.9.9.9', '1.1.1.1, 203.0.113.7, 10.0.0.2', '203.0.113.7'],
    [['10.0.0.0/8'], '::ffff:10.9.9.9', '203.0.113.7', '203.0.113.7'],
    [['private'], '192.168.1.1', '203.0.113.7, 10.0.0.2', '203.0.113.7'],
    [['loopback'], '::1', '203.0.113.7', '203.0.113.7'],
    [['loopback', '2001:db8::/32'], '2001:db8::9', '2001:db8:1::1, 198.51.100.1, 127.0.0.1', '198.51.100.1'],
    [{ from: ['10.0.0.1'] }, '10.0.0.1', '203.0.113.7', '203.0.113.7'],
    // All of them are proxies: the outermost is the client.
    [['private'], '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    // A stranger who is no proxy.
    [['10.0.0.1'], '192.0.2.1', '127.0.0.1', '192.0.2.1'],
    [['loopback'], undefined, '203.0.113.7', undefined],
    // A proxy that does not know, or says nonsense.
    [1, '10.0.0.1', 'unknown', '10.0.0.1'],
    [2, '10.0.0.1', 'evil.example, 10.0.0.2', '10.0.0.2'],
  ])('%j: %s with %s is %s', (given, peer, field, client) => {
    expect(clientOf(given, peer, field)).toBe(client);
  });

  test('is read from Forwarded only where that is asked for, and then nowhere else', () => {
    const request = requestFrom('10.0.0.1', { forwarded: 'for=203.0.113.7', 'x-forwarded-for': '198.51.100.1' });
    const read = (header: 'x-forwarded' | 'forwarded') => compileProxies({ from: 1, header })(request);
    expect(read('forwarded').request.remoteAddress).toBe('203.0.113.7');
    expect(read('x-forwarded').request.remoteAddress).toBe('198.51.100.1');
  });
});

describe('what the client asked for', () => {
  const headers = { host: 'inside:80', 'x-forwarded-for': '203.0.113.7' };
  const read = (given: Given, fields: Record<string, string>, url?: string) =>
    compileProxies(given)(requestFrom('10.0.0.1', { ...headers, ...fields }, url));

  test('is the host and the scheme that the proxy says', () => {
    const { request, scheme } = read(1, { 'x-forwarded-host': 'app.example', 'x-forwarded-proto': 'https' });
    expect([request.headers['host'], request.isSecure, scheme]).toEqual(['app.example', true, 'https']);
  });

  test('is as it was where the proxy says nothing of it', () => {
    const { request, scheme } = read(1, {});
    expect([request.headers['host'], request.isSecure, scheme]).toEqual(['inside:80', false, undefined]);
  });

  test('is what the outermost trusted proxy says, and not what strangers have sent through it', () => {
    const fields = {
      'x-forwarded-for': '1.1.1.1, 203.0.113.7',
      'x-forwarded-host': 'evil.example, app.example',
      'x-forwarded-proto': 'http, https',
    };
    const { request } = read(1, fields);
    expect([request.headers['host'], request.isSecure]).toEqual(['app.example', true]);
  });

  test('is what a chain of proxies says once for all', () => {
    const fields = { 'x-forwarded-for': '203.0.113.7, 10.0.0.3', 'x-forwarded-host': 'app.example' };
    expect(read(2, fields).request.headers['host']).toBe('app.example');
  });

  test('is of no scheme that HTTP has not', () => {
    expect(read(1, { 'x-forwarded-proto': 'javascript' })).toMatchObject({
      scheme: undefined,
      request: { isSecure: false },
    });
  });

  test('is a path on the host that the proxy says, if the target was a URL', () => {
    const { request } = read(1, { 'x-forwarded-host': 'app.example' }, 'http://inside/rooms?x=1');
    expect([request.url, request.headers['host']]).toEqual(['/rooms?x=1', 'app.example']);
  });

  test('is left alone in a request that has no host of its own', () => {
    expect(read(1, { host: '', 'x-forwarded-host': 'app.example' }).request.headers['host']).toBe('');
  });
});

test.each<[unknown, string]>([
  [
    true,
    'listen: trustProxy is true; allowed are a number of proxies, a list of addresses and ranges such as ["loopback", "10.0.0.0/8"], and { from, header } with one of these as from.',
  ],
  [-1, 'listen: trustProxy is -1; allowed are whole numbers from 0 on.'],
  [1.5, 'listen: trustProxy is 1.5; allowed are whole numbers from 0 on.'],
  [
    ['nginx'],
    'listen: trustProxy[0] is "nginx"; allowed are IP addresses, ranges such as "10.0.0.0/8", "loopback", and "private".',
  ],
  [
    ['10.0.0.1', 5],
    'listen: trustProxy[1] is 5; allowed are IP addresses, ranges such as "10.0.0.0/8", "loopback", and "private".',
  ],
  [
    ['toString'],
    'listen: trustProxy[0] is "toString"; allowed are IP addresses, ranges such as "10.0.0.0/8", "loopback", and "private".',
  ],
  [{ from: 1, header: 'x' }, 'listen: trustProxy.header is "x"; allowed are "x-forwarded" and "forwarded".'],
  [
    { from: '10.0.0.1' },
    'listen: trustProxy.from is "10.0.0.1"; allowed are a number of proxies, a list of addresses and ranges such as ["loopback", "10.0.0.0/8"], and { from, header } with one of these as from.',
  ],
  [{ hops: 1 }, 'listen: trustProxy.hops is not an option; allowed are from, header.'],
])('%j is refused', (given, message) => {
  expect(() => compileProxies(given as Given)).toThrow(new OptionError(message));
});
