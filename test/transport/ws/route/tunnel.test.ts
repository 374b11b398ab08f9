import { once } from 'node:events';
import { type AddressInfo, Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type CreateConnection, Tunnel } from '../../../../src/transport/ws/route/tunnel.js';
import { CERTIFICATE_PEM, KEY_PEM } from '../../../support/certificate.js';
import { eventually } from '../../../support/eventually.js';
import { HttpProxy } from '../../../support/http-proxy.js';
import { SocksProxy } from '../../../support/socks-proxy.js';

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

const made = (tunnel: CreateConnection, options: Parameters<CreateConnection>[0]) =>
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
    const tunnel = new Tunnel().through(url, true, {});
    const socket = await made(tunnel, { host: 'localhost', port, ca: CERTIFICATE_PEM });
    let heard = '';
    for await (const chunk of socket) heard += String(chunk);
    expect([heard, names]).toEqual(['welcome', ['localhost']]);
  },
);

test('the certificate of the server is checked, not that of the proxy', async () => {
  const { port } = await secureServer();
  await using proxy = await HttpProxy.listen();
  const tunnel = new Tunnel().through(new URL(proxy.url()), true, {});
  const socket = await made(tunnel, { host: '127.0.0.1', port, ca: CERTIFICATE_PEM });
  const [error] = await once(socket, 'error');
  expect(error).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
});

test('a proxy that refuses makes no socket', async () => {
  await using proxy = await HttpProxy.listen({ credentials: 'user:word' });
  const tunnel = new Tunnel().through(new URL(proxy.url('')), false, {});
  await expect(made(tunnel, { host: '127.0.0.1', port: 1 })).rejects.toMatchObject({ refusal: { status: 407 } });
});

test('while the proxy is asked it may be aborted', async () => {
  await using mute = await HttpProxy.listen({ isMute: true });
  const tunnel = new Tunnel();
  const making = made(tunnel.through(new URL(mute.url()), false, {}), { host: '127.0.0.1', port: 1 });
  expect(tunnel.isOpening).toBe(true);
  tunnel.abort();
  await expect(making).rejects.toThrow('had not answered by then');
  expect(tunnel.isOpening).toBe(false);
});

test('aborted when the proxy has answered just then, it leaves no socket', async () => {
  await using proxy = await HttpProxy.listen({ answer: 'HTTP/1.1 200 OK\r\n\r\nwelcome' });
  const tunnel = new Tunnel();
  // What came behind the answer is put back before the socket is handed on.
  const putBack = vi.spyOn(Socket.prototype, 'unshift').mockImplementationOnce(() => tunnel.abort());
  onTestFinished(() => putBack.mockRestore());
  const making = made(tunnel.through(new URL(proxy.url()), false, {}), { host: '127.0.0.1', port: 1 });
  await expect(making).rejects.toThrow('the opening handshake was called off');
  expect(putBack).toHaveBeenCalledOnce();
  await eventually(() => proxy.connections === 0, 'the end of the tunnel');
});
