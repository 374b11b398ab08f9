/** Dials that are sent elsewhere, and what a refusal says of itself. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { connect, createSupervisor, type DialOptions, EndedError, explain } from '../../src/index.js';
import { createRecorder } from '../../src/inspect/index.js';
import { CERTIFICATE_PEM, KEY_PEM } from '../support/certificate.js';

const TLS = { ca: CERTIFICATE_PEM, servername: 'localhost' };

/** A service for `/here`, whose other paths are answered by the listener. */
async function service(onRequest: RequestListener, isSecure = false) {
  const server = (isSecure ? createSecureServer({ cert: CERTIFICATE_PEM, key: KEY_PEM }) : createServer()).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const supervisor = createSupervisor({ name: 'service' });
  const seen: (string | undefined)[] = [];
  await supervisor.listen({
    server,
    path: '/here',
    authenticate: (request) => {
      seen.push(request.header('authorization'));
      return { data: undefined };
    },
    handler: () => {},
  });
  server.on('upgrade', (request, socket) => {
    if (request.url === '/here') return;
    socket.resume().once('end', () => socket.end());
    const lines: string[] = [];
    const response = {
      writeHead(status: number, headers: Record<string, string> = {}) {
        lines.push(`HTTP/1.1 ${status} Answer`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`));
        return response;
      },
      end(body = '') {
        socket.end(`${lines.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      },
    };
    onRequest(request, response as never);
  });
  onTestFinished(async () => {
    await supervisor.stop();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `${isSecure ? 'wss' : 'ws'}://127.0.0.1:${port}/`, port, seen };
}

async function dialed(options: DialOptions) {
  const supervisor = createSupervisor();
  onTestFinished(() => supervisor.stop().then(() => {}));
  const dialer = supervisor.dial({ tls: TLS, retry: () => 'stop', handler: async () => {}, ...options });
  const { report } = await dialer.ended;
  if (report === undefined) throw new Error('nothing was dialed');
  return { report, supervisor };
}

test('a redirect is followed on request, with the header fields within the origin only', async () => {
  const away = await service((_request, response) => void response.writeHead(404).end());
  const { url, seen } = await service((request, response) => {
    const location = request.url === '/away' ? `${away.url.replace('ws', 'http')}here` : '/here';
    response.writeHead(307, { location }).end();
  });
  const headers = { authorization: 'Bearer t' };
  expect((await dialed({ url, headers })).report).toMatchObject({ trigger: 'refused', httpStatus: 307 });
  expect((await dialed({ url, headers, redirects: 1 })).report).toMatchObject({ trigger: 'handler-returned' });
  expect(seen).toEqual(['Bearer t']);
  expect((await dialed({ url: `${url}away`, headers, redirects: 1 })).report.trigger).toBe('handler-returned');
  expect(away.seen).toEqual([undefined]);
});

test('from ws: to wss: it is followed, and back it is not', async () => {
  const secure = await service((_request, response) => {
    response.writeHead(302, { location: `http://127.0.0.1:${plain.port}/here` }).end();
  }, true);
  const plain = await service((_request, response) => {
    response.writeHead(302, { location: `${secure.url.replace('wss', 'https')}here` }).end();
  });
  // The name of the server before is not that of the one behind it, so this certificate fits neither.
  const { report } = await dialed({ url: plain.url, redirects: 1 });
  expect(report).toMatchObject({ trigger: 'dial-failed', cause: { code: 'ERR_TLS_CERT_ALTNAME_INVALID' } });
  const tls = { ca: CERTIFICATE_PEM, checkServerIdentity: () => undefined };
  expect((await dialed({ url: plain.url, redirects: 1, tls })).report.trigger).toBe('handler-returned');
  const back = await dialed({ url: secure.url, redirects: 9, tls });
  expect(back.report).toMatchObject({ trigger: 'refused', httpStatus: 302, cause: { code: 'ERR_UNSAFE_REDIRECT' } });
  expect(explain(back.report)).toBe(
    'The server refused the opening handshake with HTTP 302; error: the server answered the opening handshake with 302 Answer, ' +
      'and this redirect is not followed: it leads from wss: to ws: (ERR_UNSAFE_REDIRECT); see RFC 6455 section 4.1.',
  );
  expect(plain.seen).toEqual([]);
});

test('a circle ends after as many as redirects allows', async () => {
  let count = 0;
  const { url } = await service((_request, response) => {
    count += 1;
    response.writeHead(302, { location: '/' }).end();
  });
  expect((await dialed({ url, redirects: 3 })).report).toMatchObject({ cause: { code: 'ERR_TOO_MANY_REDIRECTS' } });
  expect(count).toBe(4);
});

test('openWithinMs holds for the whole way', async () => {
  const { url } = await service((request, response) => {
    if (request.url === '/') response.writeHead(302, { location: '/mute' }).end();
  });
  const { report } = await dialed({ url, redirects: 3, limits: { openWithinMs: 100 } });
  expect(report).toMatchObject({ trigger: 'open-deadline' });
});

test('why a dial was refused is in its report, and in nothing that is written of it', async () => {
  const { url } = await service((_request, response) => {
    response.writeHead(403, { 'x-secret': 's3cret', 'content-type': 'application/json' }).end('{"error":"s3cret"}');
  });
  const recorder = createRecorder({ reveal: ['reasons', 'messages', 'protocols'] });
  const supervisor = createSupervisor({ recorder });
  const { report } = await supervisor.dial({ url, retry: () => 'stop', handler: () => {} }).ended;
  await supervisor.stop();
  expect(report?.httpResponse?.headers).toMatchObject({ 'x-secret': 's3cret', 'content-type': 'application/json' });
  expect(JSON.parse(report?.httpResponse?.body ?? '')).toEqual({ error: 's3cret' });
  expect(report?.timeline?.entries.length).toBeGreaterThan(0);
  for (const written of [report, { ...report }, report?.timeline, supervisor.endings]) {
    expect(JSON.stringify(written)).not.toContain('s3cret');
    expect(inspect(written, { depth: 20 })).not.toContain('s3cret');
  }
  if (report !== undefined) expect(explain(report)).not.toContain('s3cret');
});

test('connect rejects with the report that has it', async () => {
  const { url } = await service((_request, response) => {
    response.writeHead(409).end('{"error":"taken"}');
  });
  const error = await connect(url).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EndedError);
  expect((error as EndedError).report?.httpResponse?.body).toBe('{"error":"taken"}');
});
