import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { throughSocks } from '../../../../src/transport/ws/route/socks5.js';
import { SocksProxy, type SocksProxyOptions } from '../../../support/socks-proxy.js';

const signal = new AbortController().signal;

async function aProxy(options: SocksProxyOptions = {}) {
  const proxy = await SocksProxy.listen(options);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  return proxy;
}

async function greeter(): Promise<number> {
  const server = createServer((socket) => socket.end('welcome')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test.each([
  ['an IPv4 address', Buffer.from([1, 127, 0, 0, 1])],
  ['an IPv6 address', Buffer.from([4, ...Buffer.alloc(16)])],
  ['a name', Buffer.from([3, 4, ...Buffer.from('here')])],
])('connects through a proxy that dials from %s', async (_what, bound) => {
  const port = await greeter();
  const proxy = await aProxy({ bound });
  const socket = await throughSocks(new URL(proxy.url()), { host: '127.0.0.1', port }, {}, signal);
  let heard = '';
  for await (const chunk of socket) heard += String(chunk);
  expect(heard).toBe('welcome');
});

test.each([
  ['socks5h', '10.1.2.3', '10.1.2.3'],
  ['socks5h', '::1', '0000:0000:0000:0000:0000:0000:0000:0001'],
  ['socks5h', '2001:db8::7:0:1', '2001:0db8:0000:0000:0000:0007:0000:0001'],
  ['socks5h', '::ffff:1.2.3.4', '0000:0000:0000:0000:0000:ffff:0102:0304'],
  ['socks5h', 'fe80::1%eth0', 'fe80:0000:0000:0000:0000:0000:0000:0001'],
  ['socks5h', 'a.test', 'a.test'],
  ['socks5', '10.1.2.3', '10.1.2.3'],
])('%s asks for %s as %s', async (scheme, host, asked) => {
  const proxy = await aProxy({ reply: 3 });
  const asking = throughSocks(new URL(proxy.url(scheme)), { host, port: 258 }, {}, signal);
  await expect(asking).rejects.toThrow('did not connect: the network is unreachable');
  expect(proxy.asked).toEqual([`${asked}:258`]);
});

describe('fails', () => {
  test('when a name is not found, before it asks', async () => {
    const proxy = await aProxy();
    const lookup = (_host: string, _options: unknown, done: (error: NodeJS.ErrnoException | null) => void) =>
      done(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }));
    const asking = throughSocks(new URL(proxy.url()), { host: 'a.test', port: 1 }, { lookup } as never, signal);
    await expect(asking).rejects.toMatchObject({ code: 'ENOTFOUND' });
    expect(proxy.connections).toBe(0);
  });

  test.each([
    ['a name', 'x'.repeat(256), 'user:word', 'the name of the server has more than 255 bytes'],
    ['a user', 'a.test', `${'u'.repeat(256)}:word`, 'has more than 255 bytes'],
    ['a password', 'a.test', `user:${'w'.repeat(256)}`, 'has more than 255 bytes'],
  ])('for %s that is too long for SOCKS5', async (_what, host, credentials, says) => {
    const proxy = await aProxy({ credentials: 'user:word' });
    const url = new URL(proxy.url('socks5h', credentials));
    await expect(throughSocks(url, { host, port: 1 }, {}, signal)).rejects.toThrow(says);
  });

  test('for an answer of another protocol, also behind the greeting', async () => {
    const other = await aProxy({ greeting: Buffer.from('HTTP') });
    await expect(throughSocks(new URL(other.url()), { host: '10.0.0.1', port: 1 }, {}, signal)).rejects.toThrow(
      /could not be asked: its answer is not one of SOCKS5/,
    );
    const changing = await aProxy({ greeting: Buffer.from([5, 0, 4, 0, 0, 0]) });
    await expect(throughSocks(new URL(changing.url()), { host: '10.0.0.1', port: 1 }, {}, signal)).rejects.toThrow(
      /could not be asked: its answer is not one of SOCKS5/,
    );
  });

  test('when the signal aborts', async () => {
    const proxy = await aProxy({ isMute: true });
    const abort = new AbortController();
    const asking = throughSocks(new URL(proxy.url()), { host: '10.0.0.1', port: 1 }, {}, abort.signal);
    abort.abort();
    await expect(asking).rejects.toThrow('had not answered by then');
  });
});
