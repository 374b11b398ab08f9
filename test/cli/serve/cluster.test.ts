import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as joined } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type Connection, connect } from '../../../src/index.js';
import { isNatsMissing, sayIfNatsIsMissing, startNats } from '../../cluster/a-nats-server.js';
import { isRedisMissing, sayIfRedisIsMissing, startRedis } from '../../cluster/a-redis-server.js';
import type { BrokerServer } from '../../cluster/broker-server.js';
import { type Serving, start, startService, startWith } from '../fake-terminal.js';
import { request } from '../raw-client.js';

sayIfNatsIsMissing();
sayIfRedisIsMissing();

const running: Serving[] = [];
const servers: BrokerServer[] = [];
const clients: Connection[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.terminate();
  for (const { terminal, status } of running.splice(0)) {
    terminal.raise();
    terminal.raise();
    await status;
  }
  for (const server of servers.splice(0)) await server.stop();
});

async function aNode(...args: string[]): Promise<Serving> {
  const service = await startService(...args);
  running.push(service);
  return service;
}

async function aServer(starting: Promise<BrokerServer>): Promise<string> {
  const server = await starting;
  servers.push(server);
  return server.url;
}

async function join({ authority }: Serving, path: string): Promise<Connection> {
  const client = await connect(`ws://${authority}${path}`);
  clients.push(client);
  return client;
}

const next = async (client: Connection) => (await client.receive({ withinMs: 10_000 }))?.text();

/** Two clients of a room on two nodes, once each hears the other. */
async function acquainted(nodes: readonly [Serving, Serving]): Promise<readonly [Connection, Connection]> {
  const [ann, ben] = [await join(nodes[0], '/rooms/tea'), await join(nodes[1], '/rooms/tea')];
  const heard = next(ben);
  let hasHeard = false;
  void heard.then(() => {
    hasHeard = true;
  });
  await expect.poll(() => ann.send('ready') !== undefined && hasHeard, { timeout: 10_000 }).toBe(true);
  return [ann, ben];
}

describe.each([
  ['NATS', isNatsMissing, async () => ['--nats', `nats://${await aServer(startNats())}`]],
  ['Redis', isRedisMissing, async () => ['--redis', `redis://${await aServer(startRedis())}`]],
] as const)('a service with %s', (name, isMissing, broker) => {
  test.skipIf(isMissing)('has rooms that span its nodes, brings clients up to date, and says so', async () => {
    const args = await broker();
    const nodes = [await aNode(...args), await aNode(...args)] as const;
    expect(nodes[0].terminal.stdout.text).toContain(`Rooms span all nodes of the cluster wirekeeper, by ${name} at `);
    const [ann] = await acquainted(nodes);
    const cid = await join(nodes[1], '/rooms/cake?since=');
    const position = /^=(\S+) complete$/.exec((await next(cid)) ?? '')?.[1] ?? '';
    cid.terminate();
    const dan = await join(nodes[0], '/rooms/cake?since=');
    await next(dan);
    dan.send('missed');
    // Its own comes back once it is stored.
    expect(await next(dan)).toMatch(/^\+\d+ missed$/);
    const back = await join(nodes[1], `/rooms/cake?since=${encodeURIComponent(position)}`);
    expect(await next(back)).toMatch(/^\+\d+ missed$/);
    expect(await next(back)).toMatch(/^=\S+ complete$/);
    ann.terminate();
  });
});

describe.skipIf(isNatsMissing)('a service with NATS', () => {
  test('is not ready while NATS is away, and closes a client whose message was not taken', async () => {
    const url = await aServer(startNats());
    const node = await aNode('--nats', url);
    const ready = () => request(`http://${node.authority}/readyz`);
    expect(await ready()).toMatchObject({ status: 200, body: { ready: true, state: 'running', broker: 'up' } });
    const ann = await join(node, '/rooms/tea');
    await servers.splice(0)[0]?.stop();
    await node.terminal.stdout.said(/nats is not reached/);
    expect(await ready()).toMatchObject({ status: 503, body: { ready: false, state: 'running' } });
    expect((await request(`http://${node.authority}/healthz`)).status).toBe(200);
    ann.send('hello?');
    expect(await ann.closed).toMatchObject({ code: 1013, reason: 'the last message was not taken' });
  });

  test('says to the others first that it drains', async () => {
    const url = await aServer(startNats());
    const [one, two] = [await aNode('--nats', url, '--json'), await aNode('--nats', url, '--json')] as const;
    await one.terminal.stdout.said(/"node\.joined"/);
    const ann = await join(two, '/rooms/tea');
    two.terminal.raise();
    await one.terminal.stdout.said(/"node\.draining"/);
    expect((await ann.closed).code).toBe(1012);
    await one.terminal.stdout.said(/"node\.left"/);
  });
});

test('a service starts although its broker is away, and takes its URL from the environment', async () => {
  const { terminal, status } = startWith(
    { WIREKEEPER_NATS_URL: 'nats://u:secret@127.0.0.1:1' },
    'serve',
    '--port',
    '0',
  );
  await terminal.stdout.said(/nats is not reached/);
  await terminal.stdout.said(/by NATS at 127\.0\.0\.1:1/);
  expect(terminal.stdout.text).not.toContain('secret');
  terminal.raise();
  expect(await status).toBe(0);
});

test.each([
  [['--nats', 'a', '--redis', 'redis://a'], 'a cluster has one broker; it cannot have both nats and redis.'],
  [['--nats', 'http://a'], 'the NATS server "http://a" is no URL such as nats://127.0.0.1:4222.'],
])('serve %j is refused: %s', async (args, message) => {
  const { terminal, status } = start('serve', '--port', '0', ...args);
  expect(await status).toBe(2);
  expect(terminal.stderr.text).toContain(message);
});

test('a module is refused: it makes a cluster of its own', async () => {
  const folder = await mkdtemp(joined(tmpdir(), 'wirekeeper-module-'));
  const module = joined(folder, 'app.mjs');
  await writeFile(module, "export default { handlers: { '/a': async () => {} } };");
  const { terminal, status } = start('serve', module, '--port', '0', '--nats', 'a');
  expect(await status).toBe(2);
  expect(terminal.stderr.text).toContain('--nats and --redis have the rooms of a configuration span nodes');
  await rm(folder, { recursive: true });
});
