import { expect, test } from 'vitest';
import { checkConfig, DEFAULT_CONFIG, isPort } from '../../../src/cli/config/config.js';
import { OptionError } from '../../../src/index.js';

const listener = { path: '/echo', behaviour: 'echo' };
const dialer = { url: 'ws://127.0.0.1:9/feed', behaviour: 'log' };

const FULL = {
  port: 8080,
  host: '127.0.0.1',
  trustProxy: { from: ['loopback'], header: 'forwarded' },
  limits: { maxConnections: 10, maxTotalBufferedBytes: 1024 },
  liveness: false,
  listeners: [
    {
      id: 'chat',
      path: ['/rooms/*', '/lobby'],
      behaviour: 'rooms',
      origins: ['https://*.example.com'],
      protocols: ['chat.v1'],
      limits: { maxPayloadBytes: 65_536, slowPeer: 'drop-newest', maxConnectionsPerAddress: 5, frameWithinMs: 100 },
      liveness: { pingEveryMs: 15_000, answerWithinMs: 5_000 },
      perMessageDeflate: true,
    },
  ],
  dialers: [
    {
      id: 'feed',
      url: 'wss://example.com/feed',
      behaviour: 'discard',
      protocols: [],
      headers: { Authorization: 'Bearer x' },
      proxy: 'environment',
      redirects: 2,
      maxAgeMs: 86_400_000,
      backoff: { initialMs: 100, maxMs: 60_000, factor: 3, stableAfterMs: 1, firstWithinMs: 0 },
      restart: 'permanent',
      limits: { openWithinMs: 1_000 },
      liveness: false,
      perMessageDeflate: false,
    },
  ],
};

test('takes a configuration as it is', () => {
  expect(checkConfig(FULL)).toEqual(FULL);
});

test.each([
  [{ listeners: [listener] }, { listeners: [listener], dialers: [] }],
  [
    { dialers: [{ url: 'ws+unix:/run/feed.sock:/rooms/tea', behaviour: 'log' }] },
    { listeners: [], dialers: [{ url: 'ws+unix:/run/feed.sock:/rooms/tea', behaviour: 'log' }] },
  ],
  [
    { listeners: [listener], dashboard: { actions: true } },
    { listeners: [listener], dialers: [], dashboard: { actions: true } },
  ],
  [
    { listeners: [listener], trustProxy: 2 },
    { listeners: [listener], dialers: [], trustProxy: 2 },
  ],
  [
    { listeners: [listener], trustProxy: ['10.0.0.0/8'] },
    { listeners: [listener], dialers: [], trustProxy: ['10.0.0.0/8'] },
  ],
  [{ dialers: [dialer] }, { listeners: [], dialers: [dialer] }],
  [DEFAULT_CONFIG, DEFAULT_CONFIG],
])('takes what has a listener or a dialer: %j', (given, config) => {
  expect(checkConfig(given)).toEqual(config);
});

test.each<[unknown, string]>([
  [[], 'the configuration is a list; it must be a configuration.'],
  [null, 'the configuration is null; it must be a configuration.'],
  [{}, 'the configuration has neither listeners nor dialers; it must have at least one of them.'],
  [
    { listeners: [listener], dashboard: true },
    'dashboard is true; it must be false or an object of token, actions, and showReasons.',
  ],
  [{ listeners: [listener], metrics: true }, 'metrics is true; it must be false or an object of token and public.'],
  [
    { listeners: [listener], dashboard: { token: 5 } },
    'dashboard has token, which is of type number; it must be a text.',
  ],
  [
    { ports: 1 },
    'ports is unknown; a configuration has port, host, hostNames, trustProxy, limits, liveness, dashboard, metrics, listeners, dialers.',
  ],
  [{ port: '8080' }, 'port is "8080"; it must be an integer from 0 to 65535.'],
  [{ port: 65_536 }, 'port is 65536; it must be an integer from 0 to 65535.'],
  [{ host: 1 }, 'host is 1; it must be an address to listen on.'],
  [{ listeners: {} }, 'listeners is an object; it must be a list of listeners.'],
  [{ listeners: ['/echo'] }, 'listeners[0] is "/echo"; it must be a listener.'],
  [{ listeners: [{ behaviour: 'echo' }] }, 'listeners[0].path is missing; a listener needs it.'],
  [
    { listeners: [{ ...listener, path: 7 }] },
    'listeners[0].path is 7; it must be a path such as "/rooms/*", or a list of them.',
  ],
  [
    { listeners: [{ ...listener, behaviour: 'ehco' }] },
    'listeners[0].behaviour is "ehco"; it must be "echo" or "rooms" or "discard".',
  ],
  [
    { listeners: [{ ...listener, pth: '/x' }] },
    'listeners[0].pth is unknown; a listener has path, behaviour, origins, id, protocols, limits, liveness, perMessageDeflate.',
  ],
  [
    { listeners: [{ ...listener, origins: 'example.com' }] },
    'listeners[0].origins is "example.com"; it must be "same-origin", "any", or a list of origins such as "https://*.example.com".',
  ],
  [
    { listeners: [listener, { ...listener, protocols: ['a', 2] }] },
    'listeners[1].protocols[1] is 2; it must be the name of a subprotocol.',
  ],
  [
    { listeners: [{ ...listener, limits: { maxPayloadBytes: '1 MiB' } }] },
    'listeners[0].limits.maxPayloadBytes is "1 MiB"; it must be a number.',
  ],
  [
    { listeners: [{ ...listener, limits: { slowPeer: 'wait' } }] },
    'listeners[0].limits.slowPeer is "wait"; it must be "close" or "drop-newest".',
  ],
  [
    { listeners: [{ ...listener, liveness: true }] },
    'listeners[0].liveness is true; it must be false or an object of pingEveryMs and answerWithinMs.',
  ],
  [
    { listeners: [{ ...listener, liveness: { pingEvery: 1 } }] },
    'listeners[0].liveness has pingEvery, which is unknown; an object of liveness settings has pingEveryMs, answerWithinMs.',
  ],
  [
    { listeners: [listener, { ...listener, id: 'b' }] },
    'listeners[1].path is "/echo", which listeners[0] has already; paths must be distinct.',
  ],
  [{ dialers: [{ behaviour: 'log' }] }, 'dialers[0].url is missing; a dialer needs it.'],
  [
    { dialers: [{ ...dialer, url: 'example.com' }] },
    'dialers[0].url is "example.com"; it must be an absolute ws:, wss:, or ws+unix: URL without a fragment.',
  ],
  [
    { dialers: [{ ...dialer, url: 'http://example.com' }] },
    'dialers[0].url is "http://example.com"; it must be an absolute ws:, wss:, or ws+unix: URL without a fragment.',
  ],
  [
    { dialers: [{ ...dialer, headers: { 'X-Count': 3 } }] },
    'dialers[0].headers.X-Count is of type number; it must be a text.',
  ],
  [
    { dialers: [{ ...dialer, backoff: { max: 1 } }] },
    'dialers[0].backoff.max is unknown; an object of backoff settings has initialMs, maxMs, factor, stableAfterMs, firstWithinMs, maxAdviceMs.',
  ],
  [
    { dialers: [{ ...dialer, restart: 'always' }] },
    'dialers[0].restart is "always"; it must be "permanent" or "transient" or "temporary".',
  ],
  [
    { trustProxy: true },
    'trustProxy is true; it must be a number of proxies, or a list of addresses such as "loopback" and "10.0.0.0/8", ' +
      'or an object of from and header.',
  ],
  [
    { trustProxy: { from: 1, header: 'x' } },
    'trustProxy has header, which is "x"; it must be "x-forwarded" or "forwarded".',
  ],
])('refuses %j with the place, the value, and what is allowed', (given, message) => {
  expect(() => checkConfig(given)).toThrow(new OptionError(message));
});

test.each([
  [0, true],
  [65_535, true],
  [-1, false],
  [1.5, false],
  [Number.NaN, false],
])('port %d can be one: %s', (port, can) => {
  expect(isPort(port)).toBe(can);
});
