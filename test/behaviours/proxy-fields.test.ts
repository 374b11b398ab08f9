/** What comes of each field that a reverse proxy sets, forgets, or passes on as a client has sent it: SECURITY.md. */
import { expect, test } from 'vitest';
import type { ListenOptions } from '../../src/supervisor/api/listener.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { BytePeer, requestBytes } from '../support/byte-peer.js';

const PROXY = '127.0.0.1';
const BEHIND: Partial<ListenOptions<unknown>> = { trustProxy: [PROXY], hosts: 'any' };
const PAGE = { Origin: 'https://app.example', Host: 'app.example' };

/** What a proxy of ours sends to a listener, and what becomes of it. */
async function pass(options: Partial<ListenOptions<unknown>>, ...requests: readonly (string | Buffer)[]) {
  await using supervisor = createSupervisor();
  const clients: unknown[] = [];
  const listener = await supervisor.listen<unknown>({
    port: 0,
    host: PROXY,
    ...options,
    handler: ({ remoteAddress, request, closed }) => {
      clients.push({ address: remoteAddress, isSecure: request.isSecure, host: request.header('host') });
      return closed;
    },
  });
  const statuses: number[] = [];
  const peers = requests.map((bytes) => BytePeer.connect(listener.address?.port ?? 0, bytes));
  for (const peer of peers) {
    await peer.readHead();
    statuses.push(Number(/^HTTP\/1\.1 (\d+)/.exec(peer.head)?.[1]));
  }
  for (const peer of peers) await peer[Symbol.asyncDispose]();
  await supervisor.terminate();
  return { statuses, clients };
}

const asked = (headers: Readonly<Record<string, string>>) => requestBytes({ headers });

test('without Upgrade and Connection, clients get 426, and over HTTP/1.0 they get 400', async () => {
  const plain = 'GET / HTTP/1.1\r\nHost: app.example\r\n\r\n';
  const old = asked(PAGE).toString().replace('HTTP/1.1', 'HTTP/1.0');
  expect((await pass(BEHIND, plain, old)).statuses).toEqual([426, 400]);
});

test('with a Host of its own, browsers get 403, and with `hosts` all clients get 421, unless another field has it', async () => {
  const own = { ...PAGE, Host: '127.0.0.1:8080' };
  const told = { ...own, 'X-Forwarded-Host': 'app.example' };
  expect((await pass(BEHIND, asked(own), asked(told))).statuses).toEqual([403, 101]);
  const named = { ...BEHIND, hosts: ['app.example'] };
  expect((await pass(named, asked({ Host: own.Host }), asked(told))).statuses).toEqual([421, 101]);
});

test('without X-Forwarded-For, all clients have its address and share its limits', async () => {
  const limits = { maxConnectionsPerAddress: 1 };
  const { statuses, clients } = await pass({ ...BEHIND, limits }, asked({}), asked({}));
  expect(statuses.toSorted((a, b) => a - b)).toEqual([101, 429]);
  expect(clients).toMatchObject([{ address: PROXY }]);
});

test('with X-Forwarded-For as it came, a client has the address that it likes; at its end, it has its own', async () => {
  const claimed = await pass(BEHIND, asked({ 'X-Forwarded-For': '203.0.113.7' }));
  expect(claimed.clients).toMatchObject([{ address: '203.0.113.7' }]);
  const added = await pass(BEHIND, asked({ 'X-Forwarded-For': '203.0.113.7, 198.51.100.2' }));
  expect(added.clients).toMatchObject([{ address: '198.51.100.2' }]);
});

test('without X-Forwarded-Proto, the scheme is that of its own connection, and same-origin does not compare it', async () => {
  const { statuses, clients } = await pass(BEHIND, asked(PAGE));
  expect([statuses, clients]).toMatchObject([[101], [{ isSecure: false }]]);
  const told = await pass(BEHIND, asked({ ...PAGE, 'X-Forwarded-Proto': 'http' }));
  expect(told.statuses).toEqual([403]);
  const claimed = await pass(BEHIND, asked({ 'X-Forwarded-Proto': 'https' }));
  expect(claimed.clients).toMatchObject([{ isSecure: true }]);
});

test('with X-Forwarded-Host as it came, a program chooses the host', async () => {
  const named = { ...BEHIND, hosts: ['app.example'] };
  const claimed = asked({ Host: 'other.example', 'X-Forwarded-Host': 'app.example' });
  expect((await pass(named, claimed)).clients).toMatchObject([{ host: 'app.example' }]);
});

test('with a malformed Forwarded, clients get 400', async () => {
  const options = { ...BEHIND, trustProxy: { from: [PROXY], header: 'forwarded' as const } };
  expect((await pass(options, asked({ Forwarded: 'for=;;=' }))).statuses).toEqual([400]);
});

test('without `trustProxy`, or from an address that it does not name, the fields mean nothing', async () => {
  const fields = asked({ 'X-Forwarded-For': '203.0.113.7', 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'a' });
  for (const trustProxy of [undefined, ['198.51.100.2']]) {
    const { clients } = await pass({ hosts: 'any', trustProxy }, fields);
    expect(clients).toEqual([{ address: PROXY, isSecure: false, host: PROXY }]);
  }
});
