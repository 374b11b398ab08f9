import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listenOn, stopListening } from '../../../src/cli/config/place.js';
import { createSupervisor } from '../../../src/index.js';
import { start, startService } from '../fake-terminal.js';
import { RawClient, request } from '../raw-client.js';

const CLOSE = 8;
let folder: string;
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirekeeper-serve-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(config: unknown): Promise<string> {
  files += 1;
  const file = join(folder, `${files}.json`);
  await writeFile(file, typeof config === 'string' ? config : JSON.stringify(config));
  return file;
}

test('echoes, and closes with 1012 when it is stopped', async () => {
  const { terminal, status, authority } = await startService();
  const { client } = await RawClient.open(authority, '/echo');
  client.send('hello');
  expect(await client.frame()).toEqual({ opcode: 1, payload: Buffer.from('hello') });
  terminal.raise();
  const { opcode, payload } = await client.frame();
  expect([opcode, payload.readUInt16BE()]).toEqual([CLOSE, 1012]);
  expect(payload.subarray(2).toString()).toMatch(/^service restart; retry-after-ms=\d+$/);
  // This client never answers: without a second signal it would be waited for.
  terminal.raise();
  await client.gone();
  expect(await status).toBe(0);
  expect(terminal.hasListeners).toBe(false);
});

test('logs a line for what opened, ended, or was refused', async () => {
  const { terminal, status, authority } = await startService();
  const { client } = await RawClient.open(authority, '/echo');
  const { client: lost } = await RawClient.open(authority, '/nowhere');
  client.drop();
  lost.drop();
  await terminal.stdout.said(/failed +c\d+ echo/);
  terminal.raise();
  expect(await status).toBe(0);
  const log = terminal.stdout.lines
    .filter((line) => /^\d\d:\d\d:\d\d {2}/.test(line))
    .map((line) => line.slice('00:00:00  '.length));
  expect(log).toEqual([
    expect.stringMatching(/^opened +c\d+ echo +\/echo from 127\.0\.0\.1$/),
    expect.stringMatching(/^refused +\/nowhere from 127\.0\.0\.1 with 404 \(path\)$/),
    expect.stringMatching(/^failed +c\d+ echo +\S.*$/),
    expect.stringMatching(/^draining +0 connections; another signal drops them$/),
    expect.stringMatching(/^stopping/),
    expect.stringMatching(/^drained +0 connections in \d\.\d s$/),
    'stopped',
  ]);
});

test('--json makes every line an object, the first one says where', async () => {
  const { terminal, status, authority } = await startService('--json');
  const { client } = await RawClient.open(authority, '/echo');
  client.drop();
  await terminal.stdout.said(/connection\.ended/);
  terminal.raise();
  expect(await status).toBe(0);
  const objects = terminal.stdout.lines.map((line) => JSON.parse(line) as { event: string });
  expect(objects.map(({ event }) => event)).toEqual([
    'service.listening',
    'connection.opened',
    'connection.ended',
    'drain.started',
    'supervisor.stopping',
    'drain.ended',
    'supervisor.stopped',
  ]);
  expect(objects[0]).toMatchObject({
    http: `http://${authority}`,
    urls: [`ws://${authority}/echo`, `ws://${authority}/rooms/*`],
  });
  expect(objects[2]).toMatchObject({ sentence: expect.any(String), report: { trigger: expect.any(String) } });
});

test('without connections it ends at once: nothing is spread, nothing waits', async () => {
  const { terminal, status } = await startService('--json', '--drain-spread', '60000');
  terminal.raise();
  expect(await status).toBe(0);
  const ended = terminal.stdout.lines
    .map((line) => JSON.parse(line) as { event: string; report?: { total: number; durationMs: number } })
    .find(({ event }) => event === 'drain.ended');
  expect(ended?.report).toMatchObject({ outcome: 'drained', total: 0 });
  expect(ended?.report?.durationMs).toBeLessThan(1_000);
});

test('is not ready for the configured time first, and takes connections meanwhile', async () => {
  const { terminal, status, authority } = await startService('--drain-not-ready-first', '60000');
  terminal.raise();
  expect(await request(`http://${authority}/readyz`)).toMatchObject({
    status: 503,
    body: { ready: false, state: 'draining' },
  });
  const { client } = await RawClient.open(authority, '/echo');
  client.send('still served');
  expect((await client.frame()).payload.toString()).toBe('still served');
  terminal.raise();
  expect(await status).toBe(0);
  await client.gone();
});

test('prints how many are left, and the account at the end', async () => {
  const { terminal, status, authority } = await startService('--drain-spread', '0', '--drain-within', '300');
  const clients = await Promise.all(Array.from({ length: 3 }, () => RawClient.open(authority, '/echo')));
  terminal.raise();
  clients[0]?.client.drop();
  // The others never answer the Close: they are dropped after 300 ms.
  expect(await status).toBe(0);
  for (const word of [/draining +3 connections; another signal drops them/, /draining +2 left/, /draining +0 left/])
    expect(terminal.stdout.text).toMatch(word);
  expect(terminal.stdout.text).toMatch(/drained +3 connections in 0\.\d s, .*\b[23] forced/);
});

test('times that do not fit together are refused before anything listens', async () => {
  const { terminal, status } = start(
    'serve',
    '--port',
    '0',
    '--drain-not-ready-first',
    '100',
    '--drain-spread',
    '200',
    '--drain-within',
    '299',
  );
  expect(await status).toBe(2);
  expect(terminal.stderr.lines).toEqual([
    'wirekeeper: --drain-within is 299; it must be at least 300, the sum of --drain-not-ready-first and --drain-spread. [WIREKEEPER_OPTION]',
  ]);
  expect(terminal.stdout.text).toBe('');
});

test('says which port is in use, and ends with status 1', async () => {
  const taken = createServer();
  const port = await listenOn(taken, { host: '127.0.0.1', port: 0 });
  const { terminal, status } = start('serve', '--port', String(port));
  expect(await status).toBe(1);
  expect(terminal.stderr.lines).toEqual([
    `wirekeeper: port ${port} of 127.0.0.1 is in use; choose another with --port (EADDRINUSE). [WIREKEEPER_LISTEN]`,
  ]);
  expect(terminal.stdout.text).toBe('');
  await stopListening(taken);
});

test('runs what a configuration says; options of the command line come first', async () => {
  const config = await fileOf({
    port: 1,
    listeners: [
      { id: 'mirror', path: '/mirror', behaviour: 'echo', limits: { maxPayloadBytes: 4 }, liveness: false },
      { path: ['/sink', '/drain'], behaviour: 'discard', origins: 'any' },
    ],
  });
  const { terminal, status, authority } = await startService('--config', config);
  const opened = await Promise.all(
    ['/mirror', '/sink', '/drain', '/echo'].map((path) => RawClient.open(authority, path)),
  );
  expect(opened.map(({ statusLine }) => statusLine.split(' ')[1])).toEqual(['101', '101', '101', '404']);
  const [mirror] = opened;
  mirror?.client.send('12345');
  const close = await mirror?.client.frame();
  expect(close?.payload.readUInt16BE()).toBe(1009);
  for (const { client } of opened) client.drop();
  terminal.raise();
  expect(await status).toBe(0);
});

test('knows its clients behind a proxy, and gives each its share', async () => {
  const file = await fileOf({
    port: 0,
    trustProxy: ['loopback'],
    limits: { maxConnectionsPerAddress: 1 },
    listeners: [{ path: '/echo', behaviour: 'echo' }],
  });
  const { terminal, status, authority } = await startService('--config', file);
  const open = async (client: string) =>
    (await RawClient.open(authority, '/echo', { 'X-Forwarded-For': client })).client;
  const clients = [await open('203.0.113.7'), await open('203.0.113.8'), await open('203.0.113.7')];
  await terminal.stdout.said(/opened .*\/echo from 203\.0\.113\.7$/m);
  await terminal.stdout.said(/refused .*\/echo from 203\.0\.113\.7 with 429 \(maxConnectionsPerAddress\)$/m);
  for (const client of clients) client.drop();
  terminal.raise();
  expect(await status).toBe(0);
});

test('keeps its dialers up, logs what they get, and closes them with 1001', async () => {
  await using feed = createSupervisor();
  const { address } = await feed.listen<unknown>({
    port: 0,
    host: '127.0.0.1',
    handler: async (connection) => {
      connection.send('news\nof today');
      connection.send(new Uint8Array([0, 255]));
      await connection.closed;
    },
  });
  const config = await fileOf({ dialers: [{ id: 'feed', url: `ws://127.0.0.1:${address?.port}/`, behaviour: 'log' }] });
  const { terminal, status } = await startService('--config', config);
  await terminal.stdout.said(/frame +feed +news\\nof today\n.*frame +feed +base64:AP8=\n/s);
  terminal.raise();
  expect(await status).toBe(0);
  await feed.stop();
  expect(feed.endings).toMatchObject([{ trigger: 'peer-closed', code: 1001 }]);
});

test.each<[unknown, string]>([
  ['{\n  "listeners": [],,\n}', 'is no JSON: line 2, column 19 must be a name in double quotes.'],
  [
    { listeners: [{ path: '/a', behaviour: 'ech' }] },
    ': listeners[0].behaviour is "ech"; it must be "echo" or "rooms" or "discard".',
  ],
])('a configuration of the wrong shape is one line and status 2: %j', async (config, message) => {
  const file = await fileOf(config);
  const { terminal, status } = start('serve', '--config', file);
  expect(await status).toBe(2);
  expect(terminal.stderr.lines).toEqual([
    `wirekeeper: ${file}${message.startsWith(':') ? '' : ' '}${message} [WIREKEEPER_OPTION]`,
  ]);
});

const listener = { path: '/a', behaviour: 'echo' };
const dialer = { url: 'ws://127.0.0.1:9/', behaviour: 'discard' };

test.each<[unknown, string]>([
  [{ limits: { maxConnections: 0 }, listeners: [listener] }, 'limits.maxConnections'],
  [{ listeners: [listener, { ...listener, path: 'b' }] }, 'listeners[1].path'],
  [{ listeners: [{ ...listener, origins: ['example.com'] }] }, 'listeners[0].origins'],
  [{ listeners: [{ ...listener, limits: { maxFragments: -1 } }] }, 'listeners[0].limits.maxFragments'],
  [{ listeners: [{ ...listener, liveness: { pingEveryMs: 0 } }] }, 'listeners[0].liveness.pingEveryMs'],
  [{ listeners: [{ ...listener, id: 'a' }], dialers: [{ ...dialer, id: 'a' }] }, 'dialers[0].id'],
  [{ dialers: [dialer, { ...dialer, headers: { 'a b': 'c' } }] }, 'dialers[1].headers'],
  [{ dialers: [{ ...dialer, protocols: ['a b'] }] }, 'dialers[0].protocols[0]'],
  [{ dialers: [{ ...dialer, backoff: { factor: 0 } }] }, 'dialers[0].backoff.factor'],
])('a value that is not allowed is named by its place, before anything listens: %j', async (config, place) => {
  // The port is taken: an attempt to listen would report that instead.
  const taken = createServer();
  const port = await listenOn(taken, { host: '127.0.0.1', port: 0 });
  const file = await fileOf({ port, ...(config as object) });
  const { terminal, status } = start('serve', '--config', file);
  expect(await status).toBe(2);
  expect(terminal.stderr.lines).toEqual([expect.stringMatching(/^wirekeeper: .* \[WIREKEEPER_OPTION\]$/)]);
  expect(terminal.stderr.text.startsWith(`wirekeeper: ${file}: ${place}`)).toBe(true);
  await stopListening(taken);
});

test('dials once it listens: a dialer of its own finds it at the first attempt', async () => {
  const probe = createServer();
  const port = await listenOn(probe, { host: '127.0.0.1', port: 0 });
  await stopListening(probe);
  const dialers = [{ id: 'self', url: `ws://127.0.0.1:${port}/a`, behaviour: 'discard' }];
  const { terminal, status } = start(
    'serve',
    '--json',
    '--config',
    await fileOf({ port, listeners: [listener], dialers }),
  );
  await terminal.stdout.said(/"childId":"self"/);
  terminal.raise();
  expect(await status).toBe(0);
  const [listening, ...events] = terminal.stdout.lines.map(
    (line) => JSON.parse(line) as { event: string; report?: { epoch?: number; trigger: string } },
  );
  expect(listening?.event).toBe('service.listening');
  expect(events.flatMap(({ report }) => report ?? []).filter(({ trigger }) => trigger === 'dial-failed')).toEqual([]);
});

test('a signal while it starts stops the start, with status 0', async () => {
  const { terminal, status } = start('serve', '--port', '0');
  while (!terminal.hasListeners) await Promise.resolve();
  terminal.raise();
  expect(await status).toBe(0);
});

test('a signal that is delivered many times is one drain', async () => {
  const { terminal, status, authority } = await startService('--json');
  const { client } = await RawClient.open(authority, '/echo');
  terminal.raise();
  for (let echo = 0; echo < 10; echo += 1) terminal.echo();
  expect(await client.closed()).toBe(1012);
  expect(await status).toBe(0);
  expect(terminal.stdout.text.match(/"drain\.started"/g)).toHaveLength(1);
  expect(terminal.stdout.text).toMatch(
    /"drain\.ended","report":\{"outcome":"drained","total":1,.*"clean":1,"forced":0/,
  );
});

test.each([new Error('a bug'), 'text', undefined, Object.create(null), Symbol('s')])(
  'whatever is thrown and caught by nobody drains, with status 1',
  async (thrown) => {
    const { terminal, status, authority } = await startService();
    const { client } = await RawClient.open(authority, '/echo');
    terminal.fault(thrown);
    terminal.fault(thrown);
    expect(await client.closed()).toBe(1012);
    expect(await status).toBe(1);
    expect(terminal.stdout.text.match(/error +uncaught, so the service ends: \S/g)).toHaveLength(2);
  },
);

test.each([[], ['--json']])('shows no secret in its banner, its log, and its errors: %j', async (...flags) => {
  const dialers = [
    {
      id: 'away',
      url: 'ws://ann:sesame@127.0.0.1:9/?token=sesame',
      behaviour: 'discard',
      headers: { authorization: 'Bearer sesame' },
    },
  ];
  const { terminal, status, authority } = await startService(
    '--config',
    await fileOf({ listeners: [listener], dialers }),
    ...flags,
  );
  const opened = await Promise.all(
    ['/a?token=sesame&room=lobby', '/nowhere?token=sesame'].map((path) => RawClient.open(authority, path)),
  );
  await terminal.stdout.said(/waiting/);
  await terminal.stdout.said(/404/);
  for (const { client } of opened) client.drop();
  terminal.raise();
  expect(await status).toBe(0);
  expect(terminal.stdout.text).toContain('/a?token=***&room=***');
  expect(terminal.stdout.text + terminal.stderr.text).not.toContain('sesame');
});

test('shows what it is asked for: --show-secrets', async () => {
  const { terminal, status, authority } = await startService('--show-secrets');
  const { client } = await RawClient.open(authority, '/echo?room=lobby');
  await terminal.stdout.said(/opened .*\?room=lobby/);
  client.drop();
  terminal.raise();
  expect(await status).toBe(0);
});
