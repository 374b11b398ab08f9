import { DEFAULT_CONFIG } from '../../../src/cli/config/config.js';

export const listener = { path: '/echo', behaviour: 'echo' };
export const dialer = { url: 'ws://127.0.0.1:9/feed', behaviour: 'log' };

/** Nearly everything that a configuration may have. */
export const FULL = {
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

/** Configurations that the service takes. */
export const GOOD_CONFIGS: readonly unknown[] = [
  FULL,
  DEFAULT_CONFIG,
  { $schema: './config.schema.json', listeners: [listener] },
  { listeners: [listener], port: 0, tls: { certFile: 'a.pem', keyFile: 'b.pem', minVersion: 'TLSv1.3' } },
  { listeners: [{ ...listener, origins: 'any' }], dashboard: false, metrics: { public: true } },
  { listeners: [listener], dashboard: { token: 'x', actions: true }, trustProxy: ['10.0.0.0/8'] },
  {
    listeners: [listener, { ...listener, path: '/open', auth: false }],
    auth: {
      jwt: {
        jwksUrl: 'https://id.example/keys',
        audience: ['chat'],
        algorithms: ['ES256'],
        tokenFrom: ['authorization', { subprotocol: 'bearer.' }],
      },
    },
  },
  { dialers: [{ url: 'ws+unix:/run/feed.sock:/rooms/tea', behaviour: 'log' }], trustProxy: 2 },
];

/** Configurations of a wrong shape, each with the message about it. */
export const WRONG_SHAPES: readonly (readonly [given: unknown, message: string])[] = [
  [
    { listeners: [listener], tls: { certFile: 'a.pem' } },
    'tls.keyFile is missing; an object of TLS settings needs it.',
  ],
  [{ listeners: [listener], auth: {} }, 'auth.jwt is missing; an object of auth settings needs it.'],
  [{ listeners: [{ ...listener, auth: true }] }, 'listeners[0].auth is true; it must be false or an object of jwt.'],
  [
    { listeners: [listener], auth: { jwt: { tokenFrom: ['header'] } } },
    'auth.jwt.tokenFrom[0] is "header"; it must be "authorization", or an object of query, subprotocol, or cookie.',
  ],
  [{ $schema: 1 }, '$schema is 1; it must be the URL or the path of a JSON schema.'],
  [[], 'the configuration is a list; it must be a configuration.'],
  [null, 'the configuration is null; it must be a configuration.'],
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
    'ports is unknown; a configuration has $schema, port, host, hostNames, trustProxy, tls, limits, liveness, dashboard, metrics, auth, cluster, listeners, dialers.',
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
    'listeners[0].pth is unknown; a listener has auth, path, behaviour, origins, id, protocols, limits, liveness, perMessageDeflate.',
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
];

/** Configurations whose parts do not fit together. */
export const WRONG_WHOLES: readonly (readonly [given: unknown, message: string])[] = [
  [{}, 'the configuration has neither listeners nor dialers; it must have at least one of them.'],
  [
    { listeners: [listener, { ...listener, id: 'b' }] },
    'listeners[1] has the path "/echo", which listeners[0] has already; paths must be distinct.',
  ],
  [
    {
      listeners: [
        { ...listener, path: '/rooms/*' },
        { ...listener, path: ['/a', '/rooms/:name'] },
      ],
    },
    'listeners[1] has the path "/rooms/:name", which listeners[0] has already; paths must be distinct.',
  ],
];
