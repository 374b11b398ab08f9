import { Agent } from 'node:http';
import { expect, test } from 'vitest';
import type { DialOptions } from '../../../src/supervisor/api/dial-options.js';
import type { DialAttempt } from '../../../src/supervisor/api/dialer.js';
import { dialRequestOf, hostOf } from '../../../src/supervisor/dialer/dial-request.js';
import { resolveDial } from '../../../src/supervisor/dialer/resolve-dial.js';
import { resolveSupervisor } from '../../../src/supervisor/options/resolve-supervisor.js';

const attempt = { attempt: 1, epoch: 1 } as DialAttempt;

function ask(options: Partial<DialOptions>, onUrl = (_url: string) => {}) {
  const settings = resolveDial(
    { url: 'ws://example.com/', handler: () => {}, ...options },
    resolveSupervisor({}),
    () => 'd',
  );
  return dialRequestOf(settings, attempt, onUrl);
}

test('asks for the URL first and reports it, then for the header fields, both with the attempt', async () => {
  const asked: unknown[] = [];
  const request = await ask(
    {
      url: async (given) => {
        asked.push(['url', given]);
        return new URL('ws://example.com/feed');
      },
      headers: async (given) => {
        asked.push(['headers', given]);
        return { authorization: 'Bearer x' };
      },
      protocols: ['p'],
      limits: { maxPayloadBytes: 7 },
    },
    (url) => asked.push(['resolved', url]),
  );
  expect(asked).toEqual([
    ['url', attempt],
    ['resolved', 'ws://example.com/feed'],
    ['headers', attempt],
  ]);
  expect(request).toMatchObject({
    url: 'ws://example.com/feed',
    headers: { authorization: 'Bearer x' },
    protocols: ['p'],
    options: { maxPayloadBytes: 7, perMessageDeflate: false },
  });
});

test.each<[string, Partial<DialOptions>]>([
  ['a URL that is none', { url: () => 'nowhere' }],
  ['header fields that are none', { headers: () => ({ 'no field': 'x' }) }],
  ['subprotocols that are none', { protocols: () => ['no protocol'] }],
  ['a subprotocol that stands twice', { protocols: async () => ['a', 'a'] }],
])('%s from a function is refused as from an option', async (_what, options) => {
  await expect(ask(options)).rejects.toMatchObject({ code: 'WIREKEEPER_OPTION' });
});

test('asks for subprotocols at each attempt, with the attempt', async () => {
  const request = await ask({ protocols: async (given) => ['v1', `token.${given.attempt}`] });
  expect(request.protocols).toEqual(['v1', 'token.1']);
});

test('asks for TLS settings last, checks them, and passes on the way and the redirects', async () => {
  const asked: unknown[] = [];
  const request = await ask({
    headers: () => {
      asked.push('headers');
      return {};
    },
    tls: async (given) => {
      asked.push(given);
      return { servername: 'a.test' };
    },
    proxy: 'http://proxy:3128',
    tcp: { family: 4 },
    redirects: 3,
  });
  expect(asked).toEqual(['headers', attempt]);
  expect(request).toMatchObject({
    tls: { servername: 'a.test' },
    route: { proxy: 'http://proxy:3128/', tcp: { family: 4 } },
    redirects: 3,
  });
  await expect(ask({ tls: () => ({ servername: '127.0.0.1' }) })).rejects.toThrow('dial: tls.servername is');
});

test('a URL that a function returns must fit the way, before it is reported', async () => {
  const onUrl = (url: string) => {
    throw new Error(`reported ${url}`);
  };
  await expect(ask({ url: () => 'ws+unix:/tmp/a:/', proxy: 'http://proxy' }, onUrl)).rejects.toThrow(
    'dial: proxy cannot',
  );
  await expect(ask({ url: () => 'wss://a.test', agent: new Agent() }, onUrl)).rejects.toThrow(
    'dial: agent is for "http:"',
  );
});

test.each([
  [undefined, ''],
  ['ws://a.test/', 'a.test'],
  ['wss://a.test:444/', 'a.test:444'],
  ['ws+unix:/tmp/a.sock:/path', '/tmp/a.sock'],
  ['ws+unix:/tmp/a.sock', '/tmp/a.sock'],
])('the place of %s is %j', (url, place) => {
  expect(hostOf(url)).toBe(place);
});
