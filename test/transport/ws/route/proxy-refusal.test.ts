import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { isRefusalOfAgent, ProxyRefusal, proxyName } from '../../../../src/transport/ws/route/proxy-refusal.js';

class SocksClientError extends Error {
  options: unknown = { proxy: { password: 's3cret' } };
}

test.each([
  [new SocksClientError('Socks5 proxy rejected connection - NotAllowed'), true],
  [new SocksClientError('Socks4 Proxy rejected connection - (Failed)'), true],
  [new SocksClientError('Socks5 Authentication failed'), true],
  [new SocksClientError('Proxy connection timed out'), false],
  [new SocksClientError('connect ECONNREFUSED 127.0.0.1:1'), false],
  [Object.assign(new Error('no tunnel'), { code: 'ERR_PROXY_TUNNEL' }), true],
  [Object.assign(new Error('rejected connection'), { code: 'ECONNREFUSED' }), false],
  [new Error('Socks5 proxy rejected connection'), false],
])('%s: %s', (error, isRefusal) => {
  expect(isRefusalOfAgent(error)).toBe(isRefusal);
  expect('options' in error).toBe(false);
});

test('a proxy is named without its credentials', () => {
  expect(proxyName(new URL('http://user:s3cret@proxy:3128/path?x'))).toBe('http://proxy:3128');
  expect(proxyName(new URL('socks5://user:s3cret@[::1]:1080'))).toBe('socks5://[::1]:1080');
});

test('a refusal has what HTTP says of it, if the proxy speaks HTTP', () => {
  expect(new ProxyRefusal('no').refusal).toBeUndefined();
  const refusal = { status: 407, response: { headers: {}, body: 's3cret' } };
  const error = new ProxyRefusal('no', refusal);
  expect(error).toMatchObject({ name: 'Error', message: 'no', refusal });
  expect(`${inspect(error, { showHidden: true })}${JSON.stringify(error)}`).not.toContain('s3cret');
});
