import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { Agent as UndiciAgent } from 'undici';
import { describe, expect, test } from 'vitest';
import type { DialOptions } from '../../../src/supervisor/api/dial-options.js';
import { checkWay, resolveRoute } from '../../../src/supervisor/dialer/resolve-route.js';
import { OptionError } from '../../../src/transport/errors.js';
import { revoked, throwing } from '../../support/hostile.js';

type Way = Pick<DialOptions, 'agent' | 'proxy' | 'tcp'>;

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof OptionError) return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('nothing is straight to the server', () => {
  expect(resolveRoute({}, 'dial')).toEqual({});
});

const agent = new Agent();
const lookup = () => {};
const tcp = { lookup, family: 6, localAddress: '::1', autoSelectFamilyAttemptTimeoutMs: 10 } as const;

test.each<[Way, object]>([
  [{ agent }, { agent }],
  [{ proxy: 'environment' }, { proxy: 'environment' }],
  [{ proxy: 'http://user:word@proxy' }, { proxy: 'http://user:word@proxy/' }],
  [{ proxy: new URL('socks5h://proxy:1080') }, { proxy: 'socks5h://proxy:1080' }],
  [{ proxy: 'https://proxy' }, { proxy: 'https://proxy/' }],
  [{ tcp }, { tcp }],
  [{ tcp: {} }, { tcp: {} }],
])('takes %o', (way, route) => {
  expect(resolveRoute(way, 'dial')).toEqual(route);
});

const PROXIES = 'it must be "environment" or an http:, https:, socks5:, or socks5h: URL with a host';

test.each<[unknown, string]>([
  [{ agent, proxy: 'environment' }, 'dial: agent is given beside proxy; give one of them.'],
  [{ agent: 5 }, 'dial: agent is 5; it must be an object.'],
  [{ agent: null }, 'dial: agent is null; it must be an object.'],
  [{ agent: {} }, 'dial: agent has no method addRequest; it must be an http.Agent.'],
  [
    { agent: new UndiciAgent() },
    'dial: agent is a dispatcher of undici, with which node:http makes no requests; it must be an http.Agent.',
  ],
  [{ proxy: 5 }, 'dial: proxy is 5; it must be "environment", a text, or a URL.'],
  [{ proxy: true }, 'dial: proxy is true; it must be "environment", a text, or a URL.'],
  [{ proxy: 'env' }, `dial: proxy is "env"; ${PROXIES}.`],
  [{ proxy: 'proxy:3128' }, `dial: proxy is "proxy:3128"; ${PROXIES}.`],
  [{ proxy: 'socks4://proxy' }, `dial: proxy is "socks4://proxy"; ${PROXIES}.`],
  [{ proxy: 'ftp://user:s3cret@proxy?s3cret' }, `dial: proxy is "ftp://***@proxy/?..."; ${PROXIES}.`],
  [{ tcp: 5 }, 'dial: tcp is 5; it must be an object.'],
  [{ tcp: { familly: 4 } }, 'dial: tcp.familly is not an option; did you mean family?'],
  [{ tcp: { family: 5 } }, 'dial: tcp.family is 5; allowed are 4 and 6.'],
  [{ tcp: { lookup: 5 } }, 'dial: tcp.lookup is 5; it must be a function.'],
  [{ tcp: { localAddress: 'eth0' } }, 'dial: tcp.localAddress is "eth0"; it must be an IP address.'],
  [
    { tcp: { autoSelectFamilyAttemptTimeoutMs: 5 } },
    'dial: tcp.autoSelectFamilyAttemptTimeoutMs is 5; allowed are whole numbers of ms from 10 to 2147483647.',
  ],
])('refuses %o', (way, message) => {
  expect(refusal(() => resolveRoute(way as Way, 'dial'))).toBe(message);
});

test('what cannot be read is refused as well', () => {
  expect(refusal(() => resolveRoute({ agent: revoked() as never }, 'dial'))).toContain('dial: agent');
  expect(refusal(() => resolveRoute({ tcp: throwing('family') }, 'dial'))).toContain('dial: tcp');
});

describe('a way to a URL', () => {
  const secure = new SecureAgent();
  const ofPackage = new HttpsProxyAgent('http://proxy');

  test.each<[string, Way]>([
    ['ws://a.test/', { agent }],
    ['wss://a.test/', { agent: secure }],
    ['ws://a.test/', { agent: ofPackage }],
    ['wss://a.test/', { agent: ofPackage }],
    ['ws+unix:/tmp/a:/', { agent }],
    ['ws+unix:/tmp/a:/', { proxy: 'environment' }],
    ['wss://a.test/', { proxy: 'http://proxy' }],
  ])('may be: %s with %o', (url, way) => {
    expect(() => checkWay(url, resolveRoute(way, 'dial'), 'dial')).not.toThrow();
  });

  test.each<[string, Way, string]>([
    ['wss://a.test/', { agent }, 'dial: agent is for "http:"; for wss: URLs it must be an Agent of node:https.'],
    ['ws://a.test/', { agent: secure }, 'dial: agent is for "https:"; for ws: URLs it must be an Agent of node:http.'],
    [
      'ws+unix:/tmp/a:/',
      { proxy: 'http://proxy' },
      'dial: proxy cannot lead to a ws+unix: URL, a socket of this machine; leave it out.',
    ],
  ])('may not be: %s with %o', (url, way, message) => {
    expect(refusal(() => checkWay(url, resolveRoute(way, 'dial'), 'dial'))).toBe(message);
  });
});
