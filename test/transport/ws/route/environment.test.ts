import { expect, test } from 'vitest';
import { proxyOfEnvironment } from '../../../../src/transport/ws/route/environment.js';

const PROXY = 'http://proxy:3128/';
const of = (url: string, environment: Record<string, string>) => proxyOfEnvironment(new URL(url), environment)?.href;

test.each<[string, Record<string, string>, string | undefined]>([
  // URL             environment                                                      proxy
  ['ws://a.test/', {}, undefined],
  ['ws://a.test/', { HTTP_PROXY: PROXY }, PROXY],
  ['ws://a.test/', { HTTPS_PROXY: PROXY }, undefined],
  ['wss://a.test/', { HTTPS_PROXY: PROXY }, PROXY],
  ['wss://a.test/', { HTTP_PROXY: PROXY }, undefined],
  ['wss://a.test/', { ALL_PROXY: 'socks5h://socks:1080' }, 'socks5h://socks:1080'],
  ['wss://a.test/', { ALL_PROXY: 'http://all/', HTTPS_PROXY: PROXY }, PROXY],
  ['wss://a.test/', { https_proxy: 'http://lower/', HTTPS_PROXY: PROXY }, 'http://lower/'],
  ['wss://a.test/', { https_proxy: '', HTTPS_PROXY: PROXY }, PROXY],
  ['wss://a.test/', { HTTPS_PROXY: '' }, undefined],
  ['wss://a.test/', { HTTPS_PROXY: 'proxy:3128' }, PROXY],
  ['wss://a.test/', { HTTPS_PROXY: 'user:word@proxy:3128' }, 'http://user:word@proxy:3128/'],
  ['ws+unix:/tmp/a:/', { HTTP_PROXY: PROXY, ALL_PROXY: PROXY }, undefined],
])('for %s with %j: %s', (url, environment, proxy) => {
  expect(of(url, environment)).toBe(proxy);
});

test.each<[string, string, boolean]>([
  // NO_PROXY                        URL                       exempt
  ['*', 'ws://a.test/', true],
  ['a.test', 'ws://a.test/', true],
  ['A.TEST', 'ws://a.test/', true],
  ['a.test', 'ws://b.a.test/', true],
  ['a.test', 'ws://aa.test/', false],
  ['.a.test', 'ws://b.a.test/', true],
  ['.a.test', 'ws://a.test/', true],
  ['*.a.test', 'ws://b.a.test/', true],
  ['b.test, a.test', 'ws://a.test/', true],
  ['b.test a.test', 'ws://a.test/', true],
  [' ,, ', 'ws://a.test/', false],
  ['a.test:80', 'ws://a.test/', true],
  ['a.test:443', 'wss://a.test/', true],
  ['a.test:443', 'ws://a.test/', false],
  ['a.test:8080', 'ws://a.test:8080/', true],
  ['127.0.0.1', 'ws://127.0.0.1:9/', true],
  ['127.0.0.1:9', 'ws://127.0.0.1:9/', true],
  ['127.0.0.1:8', 'ws://127.0.0.1:9/', false],
  ['10.0.0.0/8', 'ws://10.1.2.3/', true],
  ['10.0.0.0/8', 'ws://11.1.2.3/', false],
  ['10.0.0.0/99', 'ws://10.1.2.3/', false],
  ['10.0.0.0/8', 'ws://ten.test/', false],
  ['::1', 'ws://[::1]:9/', true],
  ['[::1]', 'ws://[::1]:9/', true],
  ['[::1]:9', 'ws://[::1]:9/', true],
  ['[::1]:8', 'ws://[::1]:9/', false],
  ['fd00::/8', 'ws://[fd12::1]/', true],
  ['fd00::/8', 'ws://127.0.0.1/', false],
])('NO_PROXY=%j exempts %s: %s', (list, url, isExempt) => {
  expect(of(url, { HTTP_PROXY: PROXY, HTTPS_PROXY: PROXY, NO_PROXY: list }) === undefined).toBe(isExempt);
});

test('no_proxy in lower case goes first', () => {
  const environment = { HTTP_PROXY: PROXY, no_proxy: 'b.test', NO_PROXY: '*' };
  expect(of('ws://a.test/', environment)).toBe(PROXY);
  expect(of('ws://b.test/', environment)).toBeUndefined();
});

test.each(['ftp://user:s3cret@proxy', 'http://', 'http://user:s3cret@:1', 'socks4://s3cret'])(
  '%s is no proxy, and is not shown',
  (value) => {
    const error = (() => {
      try {
        return of('ws://a.test/', { HTTP_PROXY: value });
      } catch (thrown) {
        return thrown as Error;
      }
    })();
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toContain('HTTP_PROXY is no URL of a proxy');
    expect(String(error)).not.toContain('s3cret');
  },
);
