import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { connect } from 'node:http2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Connection } from '../../src/supervisor/api/connection.js';
import type { DialOptions } from '../../src/supervisor/api/dial-options.js';
import type { Supervisor } from '../../src/supervisor/api/supervisor.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { refuse } from '../../src/supervisor/listener/refusal.js';
import { explain } from '../../src/transport/explain.js';
import { endingsOf } from '../support/endings.js';
import { type SharedServer, sharing } from '../support/shared-server.js';
import { TLS_IDENTITY } from '../support/tls-identity.js';
import { sayMissing } from './checks.js';
import { freePorts } from './program.js';
import { type ProxyKind, proxyMissing, type RunningProxy, startProxy } from './reverse-proxy.js';
import { OWN_ROUTES } from './route.js';

const TEST_WITHIN_MS = 40_000;
/** How long the proxies let a silent tunnel live: long, except where a test waits for the end of it. */
const PATIENT_MS = 30_000;
const IDLE_MS = 3_000;
const LARGE = 1_048_576;
const OFTEN = { pingEveryMs: 100, answerWithinMs: 5_000 };

/** A client's address that is not the proxy's, which is 127.0.0.1. */
const CLIENT = '127.0.0.2';

/** Answers probes, and all other plain requests. */
const answerProbe: RequestListener = (_request, response) => void response.end('well');

/** An ending that no Close has begun. */
const LOST = { outcome: 'failed', code: 1006, startedBy: 'network', phase: 'open', wasClean: false } as const;

const echo = async (connection: Connection) => {
  for await (const frame of connection) connection.send(frame);
};

/** Adds the checks of a reverse proxy between our dialer and our listener. */
export function checkProxy(kind: ProxyKind): void {
  const missing = proxyMissing(kind);
  sayMissing(missing);
  describe.skipIf(missing !== undefined)(`behind ${kind.name}`, { timeout: TEST_WITHIN_MS }, () => check(kind));
}

function check(kind: ProxyKind): void {
  let servers: Supervisor;
  let clients: Supervisor;
  let shared: SharedServer;
  let proxy: RunningProxy;
  let clientsSeen: unknown[];

  beforeEach(async () => {
    clientsSeen = [];
    servers = createSupervisor();
    clients = createSupervisor();
    shared = await sharing(createServer(answerProbe));
    const common = { server: shared.server, liveness: false } as const;
    await servers.listen({ ...common, path: '/echo', handler: echo });
    await servers.listen({ ...common, path: '/pinged', liveness: OFTEN, handler: echo });
    await servers.listen({ ...common, path: '/closing', handler: () => ({ code: 4321, reason: 'ünïcode' }) });
    await servers.listen({
      ...common,
      path: '/refused',
      authenticate: () => refuse(429, { headers: { 'retry-after': '7' } }),
      handler: echo,
    });
    await servers.listen({
      ...common,
      path: '/address',
      handler: (connection) => connection.sendAndWait(connection.request.header('x-forwarded-for') ?? 'none'),
    });
    await servers.listen({
      ...common,
      path: '/client',
      trustProxy: ['127.0.0.1'],
      handler: ({ remoteAddress, request }) => {
        clientsSeen.push({ remoteAddress, isSecure: request.isSecure, host: request.header('host') });
      },
    });
    proxy = await startProxy(kind, [shared.port], PATIENT_MS);
  });
  afterEach(async () => {
    await clients.stop();
    await servers.stop();
    await proxy[Symbol.asyncDispose]();
    await shared[Symbol.asyncDispose]();
  });

  const dial = (path: string, options: Partial<DialOptions> = {}) =>
    clients.dial({
      url: proxy.url + path,
      retry: () => 'stop',
      liveness: false,
      handler: (connection) => connection.closed.then(() => {}),
      ...options,
    });

  /** Sends a text through the proxy and waits until it is back. */
  async function isEchoing(connection: Connection, text: string): Promise<boolean> {
    connection.send(text);
    return (await connection.receive())?.text() === text;
  }

  describe.each([false, true])('with perMessageDeflate %s', (perMessageDeflate) => {
    test.each(['plain', 'TLS'])('the upgrade passes over %s, and so does a message of 1 MiB', async (security) => {
      const secure = { url: `${proxy.tlsUrl}/echo`, tls: { ca: TLS_IDENTITY.cert } };
      const options = security === 'TLS' ? secure : {};
      const connection = await dial('/echo', { perMessageDeflate, ...options }).connected();
      expect(await isEchoing(connection, 'ü'.repeat(LARGE / 2))).toBe(true);
    });
  });

  test.each(OWN_ROUTES)(
    'the upgrade passes over TLS through $name before it, and a message of 1 MiB',
    async (route) => {
      await using before = await route.start();
      const options = { url: `${proxy.tlsUrl}/echo`, proxy: before.url(), tls: { ca: TLS_IDENTITY.cert } };
      const connection = await dial('/echo', options).connected();
      expect(await isEchoing(connection, 'ü'.repeat(LARGE / 2))).toBe(true);
      connection.close();
      expect(await connection.closed).toMatchObject({ code: 1000, wasClean: true });
    },
  );

  test("the client's address is in X-Forwarded-For", async () => {
    const connection = await dial('/address').connected();
    expect((await connection.receive())?.text()).toBe('127.0.0.1');
  });

  test('trusted, it says who the client is, and what the client claims by itself is not believed', async () => {
    const { host } = new URL(proxy.tlsUrl);
    const connection = await dial('/client', {
      url: `${proxy.tlsUrl}/client`,
      tls: { ca: TLS_IDENTITY.cert },
      tcp: { localAddress: CLIENT, family: 4 },
      headers: { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'http', 'x-forwarded-host': 'evil.example' },
    }).connected();
    await connection.closed;
    expect(clientsSeen).toEqual([{ remoteAddress: CLIENT, isSecure: true, host }]);
    expect(await endingsOf(servers)).toMatchObject([{ remoteAddress: CLIENT }]);
  });

  test("a Close of our dialer passes, and the listener's answer", async () => {
    const connection = await dial('/echo').connected();
    connection.close(4001, 'bye');
    const close = { code: 4001, reason: 'bye' };
    expect(await connection.closed).toMatchObject({ ...close, startedBy: 'local', wasClean: true, received: close });
    expect(await endingsOf(servers)).toMatchObject([
      { ...close, startedBy: 'peer', trigger: 'peer-closed', wasClean: true },
    ]);
  });

  test("a Close of our listener passes, and the dialer's answer", async () => {
    const connection = await dial('/closing').connected();
    const close = { code: 4321, reason: 'ünïcode' };
    expect(await connection.closed).toMatchObject({ ...close, startedBy: 'peer', wasClean: true, received: close });
    expect(await endingsOf(servers)).toMatchObject([
      { ...close, startedBy: 'local', trigger: 'handler-returned', wasClean: true },
    ]);
  });

  test('a refusal passes, with its Retry-After', async () => {
    dial('/refused');
    expect(await endingsOf(clients)).toMatchObject([
      { trigger: 'refused', phase: 'connecting', httpStatus: 429, retryAfterMs: 7_000 },
    ]);
  });

  test('its idle timeout ends a silent connection without Pings, and both sides report it', async () => {
    await using hasty = await startProxy(kind, [shared.port], IDLE_MS);
    const connection = await dial('/echo', { url: `${hasty.url}/echo` }).connected();
    expect(await connection.closed).toMatchObject({ ...LOST, trigger: 'socket-ended' });
    expect(await endingsOf(servers)).toMatchObject([{ ...LOST, trigger: kind.idleTriggerBehind }]);
  });

  test.each([
    ['listener', '/pinged', false],
    ['dialer', '/echo', OFTEN],
  ] as const)('its idle timeout spares a silent connection with Pings of our %s', async (_side, path, liveness) => {
    await using hasty = await startProxy(kind, [shared.port], IDLE_MS);
    const pinged = await dial(path, { url: hasty.url + path, liveness }).connected();
    // Another one without Pings opens after it, lives for the whole timeout, and ends.
    await (await dial('/echo', { url: `${hasty.url}/echo` }).connected()).closed;
    expect(pinged.report === undefined ? pinged.state : explain(pinged.report)).toBe('open');
    expect(await isEchoing(pinged, 'still here')).toBe(true);
  });

  test('a drain behind it closes with 1012 and advice, and refuses others with 503 and Retry-After', async () => {
    const connection = await dial('/pinged').connected();
    const drained = servers.drain({ finishFirstMs: 500, spreadMs: 0 });
    dial('/echo');
    const [refused] = await endingsOf(clients);
    expect(refused).toMatchObject({ trigger: 'refused', httpStatus: 503, retryAfterMs: expect.any(Number) });
    expect(await connection.closed).toMatchObject({
      ...{ code: 1012, trigger: 'peer-closed', wasClean: true, retryAfterMs: expect.any(Number) },
      reason: expect.stringMatching(/^retry-after-ms=\d+$/),
    });
    await drained;
  });

  test('killed, it ends the connection on both sides', async () => {
    const connection = await dial('/echo').connected();
    proxy.kill();
    expect(await connection.closed).toMatchObject({ ...LOST, trigger: 'socket-ended' });
    expect(await endingsOf(servers)).toMatchObject([{ ...LOST, trigger: 'socket-ended' }]);
  });

  test('its own refusal while nobody listens behind it is no end: the dialer connects when somebody does', async () => {
    const [port = 0] = await freePorts(1);
    await using lonely = await startProxy(kind, [port], PATIENT_MS);
    const dialer = clients.dial({
      url: lonely.url,
      backoff: { initialMs: 10, maxMs: 10, firstWithinMs: 10 },
      handler: (connection) => connection.closed.then(() => {}),
    });
    const [refused] = await endingsOf(clients);
    expect(refused).toMatchObject({ trigger: 'refused', httpStatus: kind.statusWithoutBackend });
    await using late = await sharing(createServer(answerProbe), port);
    await servers.listen({ server: late.server, liveness: false, handler: echo });
    expect(await isEchoing(await dialer.connected(), 'at last')).toBe(true);
    await dialer.stop();
  });

  test('other requests pass as well', async () => {
    const response = await fetch(`${proxy.url.replace('ws:', 'http:')}/page`);
    expect([response.status, await response.text()]).toEqual([200, 'well']);
  });

  describe('with two servers behind it', () => {
    let others: Supervisor;
    let other: SharedServer;
    let both: RunningProxy;

    beforeEach(async () => {
      others = createSupervisor();
      other = await sharing(createServer(answerProbe));
      await others.listen({ server: other.server, path: '/echo', liveness: OFTEN, handler: echo });
      both = await startProxy(kind, [shared.port, other.port], PATIENT_MS);
    });
    afterEach(async () => {
      await others.stop();
      await both[Symbol.asyncDispose]();
      await other[Symbol.asyncDispose]();
    });

    const dialBoth = () => dial('/echo', { url: `${both.url}/echo`, liveness: OFTEN });

    /** Begins a drain that goes on until its supervisor is terminated: it has a connection past the proxy. */
    async function draining(supervisor: Supervisor, port: number) {
      const url = `ws://127.0.0.1:${port}/echo`;
      await clients.dial({ url, handler: (connection) => connection.closed.then(() => {}) }).connected();
      const drained = supervisor.drain({ finishFirstMs: 60_000, spreadMs: 0 });
      return {
        async [Symbol.asyncDispose]() {
          await supervisor.terminate();
          await drained;
        },
      };
    }

    test('while one drains the other one takes every client, and none is refused', async () => {
      await using _drain = await draining(servers, shared.port);
      for (let count = 1; count <= 6; count += 1) {
        const connection = await dialBoth().connected();
        expect(await isEchoing(connection, `client ${count}`)).toBe(true);
      }
      expect(clients.endings).toEqual([]);
    });

    // With `max_fails` above 0, nginx answers 502 from the second client on.
    test('while both drain, each client gets the 503 of a server, with Retry-After', async () => {
      await using _drain = await draining(servers, shared.port);
      await using _other = await draining(others, other.port);
      for (let count = 1; count <= 4; count += 1) {
        const { report } = await dialBoth().ended;
        expect(report).toMatchObject({ trigger: 'refused', httpStatus: 503, retryAfterMs: expect.any(Number) });
      }
    });
  });

  test.skipIf(!kind.hasHttp2)('a WebSocket within HTTP/2 passes (RFC 8441)', async () => {
    const session = connect(proxy.tlsUrl.replace('wss:', 'https:'), { ca: TLS_IDENTITY.cert });
    await once(session, 'remoteSettings');
    expect(session.remoteSettings.enableConnectProtocol).toBe(true);
    const stream = session.request({
      ':method': 'CONNECT',
      ':protocol': 'websocket',
      ':path': '/closing',
      'sec-websocket-version': '13',
    });
    const bytes: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => bytes.push(chunk));
    const [headers] = (await once(stream, 'response')) as [{ ':status': number }];
    expect(headers[':status']).toBe(200);
    await once(stream, 'data');
    // The Close of the listener: FIN, opcode 8, code 4321, and its reason.
    expect(Buffer.concat(bytes).toString('latin1')).toContain(
      `\u0010\u00e1${Buffer.from('ünïcode').toString('latin1')}`,
    );
    stream.close();
    session.close();
    await once(session, 'close');
  });
}
