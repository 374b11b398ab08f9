import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { createTunnel } from '../../../../src/transport/ws/route/tunnel.js';
import { CERTIFICATE_PEM, KEY_PEM } from '../../../support/certificate.js';
import { HttpProxy } from '../../../support/http-proxy.js';
import { SocksProxy } from '../../../support/socks-proxy.js';

const signal = new AbortController().signal;

async function secureServer() {
  const names: unknown[] = [];
  const server = createServer({ cert: CERTIFICATE_PEM, key: KEY_PEM }, (socket: TLSSocket) => {
    names.push((socket as { servername?: unknown }).servername);
    socket.end('welcome');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, names };
}

const made = (tunnel: ReturnType<typeof createTunnel>, options: Parameters<ReturnType<typeof createTunnel>>[0]) =>
  new Promise<Socket>((resolve, reject) => {
    tunnel(options, (error, socket) =>
      socket === undefined ? reject(error ?? new Error('no socket')) : resolve(socket),
    );
  });

test.each(['http', 'socks5h'])(
  'speaks TLS to the server behind a proxy, by the name of the host: %s',
  async (scheme) => {
    const { port, names } = await secureServer();
    const hosts = { localhost: '127.0.0.1' };
    await using proxy = await (scheme === 'http' ? HttpProxy.listen({ hosts }) : SocksProxy.listen({ hosts }));
    const url = new URL(scheme === 'http' ? proxy.url() : proxy.url(scheme));
    const tunnel = createTunnel(url, true, {}, signal);
    const socket = await made(tunnel, { host: 'localhost', port, ca: CERTIFICATE_PEM });
    let heard = '';
    for await (const chunk of socket) heard += String(chunk);
    expect([heard, names]).toEqual(['welcome', ['localhost']]);
  },
);

test('the certificate of the server is checked, not that of the proxy', async () => {
  const { port } = await secureServer();
  await using proxy = await HttpProxy.listen();
  const tunnel = createTunnel(new URL(proxy.url()), true, {}, signal);
  const socket = await made(tunnel, { host: '127.0.0.1', port, ca: CERTIFICATE_PEM });
  const [error] = await once(socket, 'error');
  expect(error).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
});

test('a proxy that refuses makes no socket', async () => {
  await using proxy = await HttpProxy.listen({ credentials: 'user:word' });
  const tunnel = createTunnel(new URL(proxy.url('')), false, {}, signal);
  await expect(made(tunnel, { host: '127.0.0.1', port: 1 })).rejects.toMatchObject({ refusal: { status: 407 } });
});
