import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as client from 'prom-client';
import { expect, test } from 'vitest';
import { startMetrics } from '../../../src/cli/serve/metrics.js';
import { createSupervisor, OptionError, PlatformError } from '../../../src/index.js';
import { listening, start, startService, startWith, stopped } from '../fake-terminal.js';
import { RawClient } from '../raw-client.js';

const TOKEN = 'correct-horse-battery';
const LACKS = 'metrics need the package prom-client, which is not installed; run npm install prom-client@15';

const missing = () => Promise.reject(Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' }));

test('the service has metrics of its connections and of its process, on loopback', async () => {
  const service = await startService();
  const { client: peer } = await RawClient.open(service.authority, '/echo');
  const scrape = await fetch(`http://${service.authority}/metrics`);
  const text = await scrape.text();
  expect([scrape.status, scrape.headers.get('content-type')]).toEqual([200, client.register.contentType]);
  expect(text).toMatch(/^wirekeeper_connections\{.*role="accepted",state="open".*\} 1$/m);
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  peer.drop();
  expect(await stopped(service)).toBe(0);
});

test('scrapers that come at once all get an answer, and other methods and paths do not', async () => {
  const service = await startService();
  const url = `http://${service.authority}/metrics`;
  const scrapes = await Promise.all(Array.from({ length: 10 }, () => fetch(url)));
  for (const scrape of scrapes) expect(await scrape.text()).toContain('wirekeeper_supervisor_ready');
  const head = await fetch(url, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  const post = await fetch(url, { method: 'POST' });
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  expect((await fetch(`${url}/x`)).status).toBe(404);
  // As proxies ask: RFC 9112 section 3.2.2.
  const [asked] = await once(get(`http://${service.authority}`, { path: url }), 'response');
  expect((asked as IncomingMessage).resume().statusCode).toBe(200);
  expect(await stopped(service)).toBe(0);
});

test.each([
  ['--no-metrics', ['--no-metrics']],
  ['another address than loopback, without a token', ['--host', '0.0.0.0']],
])('there are none with %s', async (_what, args) => {
  const service = start('serve', '--port', '0', '--json', ...args);
  const authority = await listening(service);
  expect((await fetch(`http://${authority}/metrics`)).status).toBe(404);
  expect(await stopped(service)).toBe(0);
});

test('with a token in the environment they are there on every address, for those who give it', async () => {
  const service = startWith({ WIREKEEPER_METRICS_TOKEN: TOKEN }, 'serve', '--port', '0', '--json', '--host', '0.0.0.0');
  const url = `http://${(await listening(service)).replace('0.0.0.0', '127.0.0.1')}/metrics`;
  const refused = await Promise.all(
    [{}, { authorization: `Bearer ${TOKEN}x` }, { authorization: TOKEN }].map((headers) => fetch(url, { headers })),
  );
  expect(refused.map(({ status }) => status)).toEqual([401, 401, 401]);
  expect(refused[0]?.headers.get('www-authenticate')).toBe('Bearer');
  const scrape = await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } });
  expect(await scrape.text()).toContain('wirekeeper_supervisor_ready');
  expect(await stopped(service)).toBe(0);
  expect(service.terminal.stdout.text).not.toContain(TOKEN);
});

test('a configuration can make them public', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wirekeeper-metrics-'));
  try {
    const file = join(folder, 'service.json');
    const listeners = [{ path: '/echo', behaviour: 'echo' }];
    await writeFile(file, JSON.stringify({ host: '0.0.0.0', metrics: { public: true }, listeners }));
    const service = start('serve', '--port', '0', '--json', '--config', file);
    const authority = await listening(service);
    expect((await fetch(`http://${authority.replace('0.0.0.0', '127.0.0.1')}/metrics`)).status).toBe(200);
    expect(await stopped(service)).toBe(0);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each([
  [
    ['--metrics', '--host', '0.0.0.0'],
    {},
    /metrics are asked for on host "0\.0\.0\.0"; beyond loopback set WIREKEEPER_/,
  ],
  [[], { WIREKEEPER_METRICS_TOKEN: 'short' }, /WIREKEEPER_METRICS_TOKEN is not allowed \(its value is not shown\); /],
])('serve %j with %j is refused in one sentence', async (args, env, sentence) => {
  const { terminal, status } = startWith(env, 'serve', '--port', '0', ...args);
  expect(await status).toBe(2);
  expect(terminal.stderr.lines).toEqual([expect.stringMatching(sentence)]);
});

test('without prom-client the path says how to get them, and asking for them is an error', async () => {
  await using supervisor = createSupervisor();
  const metrics = await startMetrics(supervisor, {}, {}, '127.0.0.1', missing);
  const server = createServer((request, response) => {
    if (metrics?.handle(request, response) !== true) response.end('other');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const answer = await fetch(`${url}/metrics`);
  expect([answer.status, await answer.json()]).toEqual([404, { error: LACKS }]);
  expect(await (await fetch(url)).text()).toBe('other');
  metrics?.close();
  server.close();
  await expect(startMetrics(supervisor, { metrics: true }, {}, '127.0.0.1', missing)).rejects.toEqual(
    new PlatformError(`${LACKS}.`),
  );
});

test('a prom-client that cannot be loaded is an error, and so is a wrong token of the configuration', async () => {
  await using supervisor = createSupervisor();
  const broken = () => Promise.reject(new SyntaxError('odd'));
  await expect(startMetrics(supervisor, {}, {}, '127.0.0.1', broken)).rejects.toBeInstanceOf(PlatformError);
  const wrong = startMetrics(supervisor, {}, { metrics: { token: 'a b' } }, '127.0.0.1');
  await expect(wrong).rejects.toBeInstanceOf(OptionError);
  await expect(wrong).rejects.toThrow(/^metrics\.token is not allowed/);
});
