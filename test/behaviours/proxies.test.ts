/** Dials through proxies: real ones, with TLS end to end, and what is reported when they refuse. */

import { once } from 'node:events';
import { Agent, type ClientRequest } from 'node:http';
import { createServer, Agent as SecureAgent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { SocksProxyAgent } from 'socks-proxy-agent';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { type CloseReport, createSupervisor, type DialOptions, explain, OptionError } from '../../src/index.js';
import { CERTIFICATE_PEM, KEY_PEM } from '../support/certificate.js';
import { eventually } from '../support/eventually.js';
import { HttpProxy, type HttpProxyOptions } from '../support/http-proxy.js';
import { SocksProxy, type SocksProxyOptions } from '../support/socks-proxy.js';
import { TLS_IDENTITY } from '../support/tls-identity.js';

const CREDENTIALS = 'corp%20user:s3cret';
const PLAIN_CREDENTIALS = 'corp user:s3cret';

/** An echo service, plain or over TLS. */
async function echoService(isSecure = false) {
  const supervisor = createSupervisor({ name: 'service' });
  const server = isSecure ? createServer({ cert: CERTIFICATE_PEM, key: KEY_PEM }).listen(0, '127.0.0.1') : undefined;
  if (server !== undefined) await once(server, 'listening');
  const listener = await supervisor.listen({
    ...(server === undefined ? { port: 0, host: '127.0.0.1' } : { server }),
    handler: async (connection) => {
      for await (const frame of connection) connection.send(frame);
    },
  });
  onTestFinished(async () => {
    await supervisor.stop();
    server?.close();
  });
  const { port } = (server?.address() ?? listener.address) as AddressInfo;
  return { port, url: `${isSecure ? 'wss' : 'ws'}://127.0.0.1:${port}/`, supervisor };
}

/** Dials once, and echoes a text. */
async function attempt(options: Partial<DialOptions> & Pick<DialOptions, 'url'>) {
  const supervisor = createSupervisor({ name: 'client' });
  onTestFinished(() => supervisor.stop().then(() => {}));
  const echoes: string[] = [];
  const dialer = supervisor.dial({
    tls: { ca: CERTIFICATE_PEM, servername: 'localhost' },
    retry: () => 'stop',
    handler: async (connection) => {
      connection.send('hello');
      echoes.push((await connection.receive())?.text() ?? '');
    },
    ...options,
  });
  const { report } = await dialer.ended;
  return { echoes, report: report as CloseReport, dialer, supervisor };
}

async function httpProxy(options: HttpProxyOptions = {}): Promise<HttpProxy> {
  const proxy = await HttpProxy.listen(options);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  return proxy;
}

async function socksProxy(options: SocksProxyOptions = {}): Promise<SocksProxy> {
  const proxy = await SocksProxy.listen(options);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  return proxy;
}

/** The package never clears the timer of its deadline, which is 30 s by default. */
const socksAgent = (url: string) => new SocksProxyAgent(url, { timeout: 300 });

const SECURE = [
  ['ws', false],
  ['wss', true],
] as const;

describe.each(SECURE)('a %s: URL is reached', (_scheme, isSecure) => {
  test('through an HTTP proxy with Basic authentication', async () => {
    const { url, port } = await echoService(isSecure);
    const proxy = await httpProxy({ credentials: PLAIN_CREDENTIALS });
    const { echoes, report } = await attempt({ url, proxy: proxy.url(CREDENTIALS) });
    expect([echoes, report.trigger]).toEqual([['hello'], 'handler-returned']);
    expect([proxy.asked, proxy.given]).toEqual([[`127.0.0.1:${port}`], [PLAIN_CREDENTIALS]]);
    await eventually(() => proxy.connections === 0, 'the end of the tunnel');
  });

  test('through an https: proxy, which tls.ca makes trusted', async () => {
    const { url } = await echoService(isSecure);
    const proxy = await httpProxy({ tls: TLS_IDENTITY, credentials: 'user:word' });
    const tls = { ca: [CERTIFICATE_PEM, TLS_IDENTITY.cert], servername: 'localhost' };
    expect((await attempt({ url, proxy: proxy.url(), tls })).echoes).toEqual(['hello']);
    const { report } = await attempt({ url, proxy: proxy.url(), tls: { ...tls, ca: CERTIFICATE_PEM } });
    expect(report).toMatchObject({ trigger: 'dial-failed', cause: { message: expect.stringContaining('the proxy') } });
    expect(proxy.asked).toHaveLength(1);
  });

  test.each(['socks5', 'socks5h'])('through a %s: proxy with user and password', async (scheme) => {
    const { url, port } = await echoService(isSecure);
    const proxy = await socksProxy({ credentials: PLAIN_CREDENTIALS });
    expect((await attempt({ url, proxy: proxy.url(scheme, CREDENTIALS) })).echoes).toEqual(['hello']);
    expect(proxy.asked).toEqual([`127.0.0.1:${port}`]);
  });

  test('through a proxy without authentication, whether or not there are credentials for it', async () => {
    const { url } = await echoService(isSecure);
    const [http, socks] = [await httpProxy(), await socksProxy()];
    expect((await attempt({ url, proxy: new URL(http.url()) })).echoes).toEqual(['hello']);
    expect((await attempt({ url, proxy: socks.url() })).echoes).toEqual(['hello']);
    expect((await attempt({ url, proxy: socks.url('socks5', 'user:word') })).echoes).toEqual(['hello']);
  });

  test('over an agent of node:http or node:https', async () => {
    const { url } = await echoService(isSecure);
    const agent = isSecure ? new SecureAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
    onTestFinished(() => agent.destroy());
    expect((await attempt({ url, agent })).echoes).toEqual(['hello']);
    expect((await attempt({ url, agent })).echoes).toEqual(['hello']);
  });

  test('over the agents of https-proxy-agent and socks-proxy-agent', async () => {
    const { url } = await echoService(isSecure);
    const http = await httpProxy({ credentials: 'user:word' });
    const socks = await socksProxy({ credentials: 'user:word' });
    expect((await attempt({ url, agent: new HttpsProxyAgent(http.url()) })).echoes).toEqual(['hello']);
    expect((await attempt({ url, agent: socksAgent(socks.url()) })).echoes).toEqual(['hello']);
    expect([http.asked.length, socks.asked.length]).toEqual([1, 1]);
  });
});

describe('the name of the server', () => {
  test('is left to an HTTP proxy and to a socks5h: proxy', async () => {
    const { port } = await echoService();
    const hosts = { 'only.the.proxy.knows': '127.0.0.1' };
    const [http, socks] = [await httpProxy({ hosts }), await socksProxy({ hosts })];
    const url = `ws://only.the.proxy.knows:${port}/`;
    expect((await attempt({ url, proxy: http.url() })).echoes).toEqual(['hello']);
    expect((await attempt({ url, proxy: socks.url('socks5h') })).echoes).toEqual(['hello']);
    expect([http.asked, socks.asked].flat()).toEqual(Array(2).fill(`only.the.proxy.knows:${port}`));
  });

  test('is looked up on this side for a socks5: proxy, with tcp.lookup', async () => {
    const { port } = await echoService();
    const proxy = await socksProxy();
    const lookup: NonNullable<DialOptions['tcp']>['lookup'] = (_host, _options, done) => done(null, '127.0.0.1', 4);
    const url = `ws://only.this.side.knows:${port}/`;
    expect((await attempt({ url, proxy: proxy.url(), tcp: { lookup } })).echoes).toEqual(['hello']);
    expect(proxy.asked).toEqual([`127.0.0.1:${port}`]);
  });
});

describe('the environment', () => {
  const NAMES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]);
  const before = Object.fromEntries(NAMES.map((name) => [name, process.env[name]]));
  afterEach(() => {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  const set = (variables: Readonly<Record<string, string>>) => {
    for (const name of NAMES) delete process.env[name];
    Object.assign(process.env, variables);
  };

  test('names the proxy on request, and is read at each attempt', async () => {
    const { url } = await echoService();
    const { url: secure } = await echoService(true);
    const proxy = await httpProxy({ credentials: 'user:word' });
    set({ HTTP_PROXY: proxy.url(), https_proxy: proxy.url() });
    expect((await attempt({ url })).echoes).toEqual(['hello']);
    expect(proxy.asked).toHaveLength(0);
    expect((await attempt({ url, proxy: 'environment' })).echoes).toEqual(['hello']);
    expect((await attempt({ url: secure, proxy: 'environment' })).echoes).toEqual(['hello']);
    expect(proxy.asked).toHaveLength(2);
    set({ HTTP_PROXY: proxy.url(), NO_PROXY: 'example.com, 127.0.0.0/8' });
    expect((await attempt({ url, proxy: 'environment' })).echoes).toEqual(['hello']);
    expect(proxy.asked).toHaveLength(2);
  });

  test('that names no proxy fails the attempt, without a word of its value', async () => {
    const { url } = await echoService();
    set({ HTTP_PROXY: 'ftp://user:s3cret@proxy' });
    const { report } = await attempt({ url, proxy: 'environment' });
    expect(report.trigger).toBe('dial-failed');
    expect(explain(report)).toContain('HTTP_PROXY is no URL of a proxy');
    expect(explain(report)).not.toContain('s3cret');
  });
});

describe('a proxy that refuses is reported as such, not as the server:', () => {
  test('407, with its header fields and its page', async () => {
    const { url, supervisor } = await echoService();
    const proxy = await httpProxy({ credentials: 'user:right' });
    const { report } = await attempt({ url, proxy: proxy.url('user:wr0ng') });
    expect(report).toMatchObject({
      trigger: 'proxy-refused',
      startedBy: 'network',
      phase: 'connecting',
      code: 1006,
      httpStatus: 407,
    });
    expect(report.httpResponse).toMatchObject({
      headers: { 'proxy-authenticate': 'Basic realm="proxy"', 'content-type': 'text/html' },
      body: '<h1>log in!</h1>\r\n',
    });
    expect(explain(report)).toBe('The proxy, not the server, refused with HTTP 407; see RFC 6455 section 4.1.');
    expect(supervisor.stats().connections.connecting).toBe(0);
    await eventually(() => proxy.connections === 0, 'the end of the connection to the proxy');
  });

  test('503 with advice on when to come back', async () => {
    const answer = 'HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n';
    const proxy = await httpProxy({ answer });
    for (const way of [{ proxy: proxy.url() }, { agent: new HttpsProxyAgent(proxy.url()) }]) {
      const { report } = await attempt({ url: 'ws://127.0.0.1:1/', ...way });
      expect(report).toMatchObject({ trigger: 'proxy-refused', httpStatus: 503, retryAfterMs: 7_000 });
    }
  });

  test('502, when the server behind it cannot be reached', async () => {
    const proxy = await httpProxy();
    const closed = await httpProxy();
    const { port } = closed;
    await closed[Symbol.asyncDispose]().catch(() => {});
    const { report } = await attempt({ url: `wss://127.0.0.1:${port}/`, proxy: proxy.url() });
    expect(report).toMatchObject({ trigger: 'proxy-refused', httpStatus: 502 });
  });

  test.each([
    [2, 'its rules do not allow it'],
    [5, 'the server refused the connection'],
    [200, 'reply 200'],
  ])('the reply %i of SOCKS', async (reply, says) => {
    const proxy = await socksProxy({ reply });
    const { report } = await attempt({ url: 'ws://127.0.0.1:1/', proxy: proxy.url() });
    expect(report).toMatchObject({ trigger: 'proxy-refused' });
    expect(report.httpStatus).toBeUndefined();
    expect(explain(report)).toMatch(
      new RegExp(
        `^The proxy, not the server, refused; error: the proxy socks5://127.0.0.1:\\d+ did not connect: ${says};`,
      ),
    );
  });

  test.each([
    ['a wrong password', 'user:wr0ng', 'did not accept the user and password'],
    ['none', '', 'wants a user and a password, or does not know this side'],
  ])('SOCKS with %s', async (_what, given, says) => {
    const proxy = await socksProxy({ credentials: 'user:right' });
    const { report } = await attempt({ url: 'ws://127.0.0.1:1/', proxy: proxy.url('socks5', given) });
    expect(report).toMatchObject({ trigger: 'proxy-refused', cause: { message: expect.stringContaining(says) } });
  });

  test('over an agent of https-proxy-agent', async () => {
    const { url } = await echoService();
    const proxy = await httpProxy({ credentials: 'user:right' });
    const { report } = await attempt({ url, agent: new HttpsProxyAgent(proxy.url('user:wr0ng')) });
    expect(report).toMatchObject({ trigger: 'proxy-refused', httpStatus: 407 });
    expect(report.httpResponse?.headers).toMatchObject({ 'proxy-authenticate': 'Basic realm="proxy"' });
  });

  test('over an agent of socks-proxy-agent', async () => {
    const proxy = await socksProxy({ reply: 2 });
    const { report } = await attempt({ url: 'ws://127.0.0.1:1/', agent: socksAgent(proxy.url()) });
    expect(report).toMatchObject({ trigger: 'proxy-refused' });
    expect(explain(report)).toContain('Socks5 proxy rejected connection');
  });

  // As the agents of Node.js 24 and later do, with `proxyEnv`.
  test("over Node's own agent for proxies", async () => {
    const error = Object.assign(new Error('no tunnel'), { code: 'ERR_PROXY_TUNNEL', statusCode: 407 });
    const addRequest = (request: ClientRequest) => process.nextTick(() => request.emit('error', error));
    const { report } = await attempt({ url: 'ws://127.0.0.1:1/', agent: { addRequest } as unknown as Agent });
    expect(report).toMatchObject({ trigger: 'proxy-refused', httpStatus: 407, cause: error });
  });

  test("a refusal of the server behind a proxy is the server's", async () => {
    const service = createSupervisor();
    onTestFinished(() => service.stop().then(() => {}));
    const listener = await service.listen({ port: 0, host: '127.0.0.1', path: '/here', handler: () => {} });
    const url = `ws://127.0.0.1:${listener.address?.port}/elsewhere`;
    const proxy = await httpProxy();
    expect((await attempt({ url, proxy: proxy.url() })).report).toMatchObject({ trigger: 'refused', httpStatus: 404 });
    const agent = new HttpsProxyAgent(proxy.url());
    expect((await attempt({ url, agent })).report).toMatchObject({ trigger: 'refused', httpStatus: 404 });
  });
});

describe('a proxy that cannot be asked fails the dial, and is named:', () => {
  test('nobody is there', async () => {
    const proxy = await httpProxy();
    const url = proxy.url('user:s3cret');
    await proxy[Symbol.asyncDispose]();
    for (const scheme of ['http', 'socks5']) {
      const { report } = await attempt({ url: 'ws://127.0.0.1:1/', proxy: url.replace('http', scheme) });
      expect(report).toMatchObject({ trigger: 'dial-failed', cause: { cause: { code: 'ECONNREFUSED' } } });
      expect(explain(report)).toContain(`the proxy ${scheme}://127.0.0.1:`);
      expect(explain(report)).toContain('errno -111');
    }
  });

  test.each([
    ['does not speak HTTP', 'SSH-2.0-OpenSSH\r\n'],
    ['ends the connection', ''],
  ])('it %s', async (_what, answer) => {
    const proxy = await httpProxy({ answer });
    const { report } = await attempt({ url: 'ws://127.0.0.1:1/', proxy: proxy.url() });
    expect(report).toMatchObject({ trigger: 'dial-failed', cause: { message: expect.stringContaining('the proxy') } });
  });

  test('it does not speak SOCKS5', async () => {
    const proxy = await socksProxy({ greeting: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') });
    const { report } = await attempt({ url: 'ws://127.0.0.1:1/', proxy: proxy.url() });
    expect(report).toMatchObject({ trigger: 'dial-failed' });
    expect(explain(report)).toContain('its answer is not one of SOCKS5');
  });
});

describe('the deadline covers the way through a proxy:', () => {
  test.each(['http', 'socks5'] as const)('a mute %s proxy is left after openWithinMs', async (scheme) => {
    const proxy = scheme === 'http' ? await httpProxy({ isMute: true }) : await socksProxy({ isMute: true });
    const { report } = await attempt({
      url: 'ws://127.0.0.1:1/',
      proxy: proxy.url(),
      limits: { openWithinMs: 100 },
    });
    expect(report).toMatchObject({ trigger: 'open-deadline' });
    expect(explain(report)).toContain(`the proxy ${scheme}://127.0.0.1:`);
    expect(explain(report)).toContain('had not answered by then');
    await eventually(() => proxy.connections === 0, 'the end of the connection to the proxy');
  });

  test.each(['ws', 'wss'])('a mute server behind a proxy is not the fault of the proxy: %s', async (scheme) => {
    const server = await SocksProxy.listen({ isMute: true });
    onTestFinished(() => server[Symbol.asyncDispose]());
    const { port } = new URL(server.url());
    const proxy = await httpProxy();
    const url = `${scheme}://127.0.0.1:${port}/`;
    const { report } = await attempt({ url, proxy: proxy.url(), limits: { openWithinMs: 100 } });
    expect(report).toMatchObject({ trigger: 'open-deadline' });
    expect(explain(report)).not.toContain('proxy');
    await eventually(() => proxy.connections + server.connections === 0, 'the end of the connections');
  });

  test('a stop calls off what is under way', async () => {
    const proxy = await httpProxy({ isMute: true });
    const supervisor = createSupervisor();
    const dialer = supervisor.dial({ url: 'wss://127.0.0.1:1/', proxy: proxy.url() });
    await eventually(() => proxy.asked.length === 1, 'the request');
    await supervisor.stop();
    expect(dialer.lastReport).toMatchObject({ trigger: 'supervisor-stopped', outcome: 'closed' });
    await eventually(() => proxy.connections === 0, 'the end of the connection to the proxy');
  });
});

const raise = (thrown: unknown): never => {
  throw thrown as Error;
};

test.each<[string, (request: ClientRequest) => void]>([
  ['throws nothing at all', () => raise(undefined)],
  ['throws a text', () => raise('no socket today')],
  ['fails with nothing at all, later', (request) => process.nextTick(() => request.emit('error', undefined))],
  [
    'fails with a frozen error, later',
    (request) => process.nextTick(() => request.emit('error', Object.freeze(new Error('no socket')))),
  ],
  [
    'is for another scheme',
    () => {
      throw new TypeError('Protocol "https:" not supported');
    },
  ],
])('an agent that %s fails the dial', async (_what, addRequest) => {
  const { report } = await attempt({ url: 'ws://127.0.0.1:1/', agent: { addRequest } as unknown as Agent });
  expect(report).toMatchObject({ trigger: 'dial-failed', cause: expect.any(Error) });
  expect(explain(report)).toMatch(/^No opening handshake could be made; error: /);
});

test('the credentials of a proxy are in no error, report, or object that is printed', async () => {
  const http = await httpProxy({ credentials: 'user:right' });
  const socks = await socksProxy({ credentials: 'user:right' });
  const url = 'ws://127.0.0.1:1/';
  const ways: Partial<DialOptions>[] = [
    { proxy: http.url('user:s3cret') },
    { proxy: socks.url('socks5', 'user:s3cret') },
    { proxy: http.url('user:s3cret').replace(/:\d+\/$/, ':1/') },
    { agent: new HttpsProxyAgent(http.url('user:s3cret')) },
    { agent: socksAgent(socks.url('socks5', 'user:s3cret')) },
  ];
  for (const way of ways) {
    const { report, dialer, supervisor } = await attempt({ url, ...way });
    expect(report.openedAt).toBeUndefined();
    const printed = [
      inspect(report, { depth: 20, showHidden: true }),
      JSON.stringify(report),
      explain(report),
      inspect(dialer, { depth: 20 }),
      inspect(supervisor, { depth: 20 }),
    ].join('\n');
    expect(printed).not.toContain('s3cret');
    expect(printed).not.toContain(Buffer.from('user:s3cret').toString('base64'));
  }
  expect(() => createSupervisor().dial({ url, proxy: 'ftp://user:s3cret@proxy' })).toThrow(OptionError);
  try {
    createSupervisor().dial({ url, proxy: 'ftp://user:s3cret@proxy' });
  } catch (error) {
    expect(String(error)).not.toContain('s3cret');
  }
});
