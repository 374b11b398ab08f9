import { createServer } from 'node:http';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { listenOn, stopListening } from '../../src/cli/config/place.js';
import { ONE_SIGNAL_WITHIN_MS } from '../../src/cli/process/deliberate.js';
import { type Child, Compiled } from './compiled.js';
import { RawClient, request } from './raw-client.js';

const COMPILED_WITHIN_MS = 60_000;
const CLOSE = 8;
let wirekeeper: Compiled;

beforeAll(async () => {
  wirekeeper = await Compiled.build();
}, COMPILED_WITHIN_MS);
afterEach(() => wirekeeper.stop());
afterAll(() => wirekeeper.remove());

async function serving(): Promise<Child & { readonly authority: string }> {
  const child = wirekeeper.start('serve', '--port', '0');
  const [, authority = ''] = await child.stdout.said(/listens on http:\/\/(\S+)/);
  return { ...child, authority };
}

describe('the service as a process', { timeout: 15_000 }, () => {
  test('echoes to a raw client and answers its probes', async () => {
    const service = await serving();
    const { client } = await RawClient.open(service.authority, '/echo');
    client.send('hello');
    expect((await client.frame()).payload.toString()).toBe('hello');
    expect((await request(`http://${service.authority}/healthz`)).status).toBe(200);
    expect((await request(`http://${service.authority}/readyz`)).status).toBe(200);
    client.drop();
    service.signal('SIGTERM');
    expect(await service.status).toBe(0);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('%s gives its clients 1012 and ends it with status 0', async (signal) => {
    const service = await serving();
    const client = wirekeeper.start('dial', '--once', '--json', `ws://${service.authority}/rooms/lobby`);
    await client.stdout.said(/"up"/);
    service.signal(signal);
    expect(await service.status).toBe(0);
    expect(await client.status).toBe(1);
    expect(client.stdout.text).toMatch(/"received":\{"code":1012,"reason":"service restart; retry-after-ms=\d+"\}/);
  });

  // Node closes such clients at once, and nothing reported it.
  test('reports clients that are dropped for want of file descriptors', async () => {
    const service = wirekeeper.startShell('ulimit -n 120; exec $WIREKEEPER serve --port 0 --json');
    const [, port] = await service.stdout.said(/"http":"http:\/\/127\.0\.0\.1:(\d+)/);
    const clients = Array.from({ length: 130 }, () =>
      connect({ host: '127.0.0.1', port: Number(port) }).on('error', () => {}),
    );
    await service.stdout.said(/"event":"listener.error".*"code":"EMFILE"/);
    for (const client of clients) client.destroy();
    service.signal('SIGTERM');
    expect(await service.status).toBe(0);
  });

  test('another signal drops a client that never answers the Close, and the status is 0 still', async () => {
    const service = await serving();
    const { client } = await RawClient.open(service.authority, '/echo');
    service.signal('SIGTERM');
    expect((await client.frame()).opcode).toBe(CLOSE);
    // As a person does: again, until it is gone.
    const again = setInterval(() => service.signal('SIGINT'), 2 * ONE_SIGNAL_WITHIN_MS);
    await client.gone();
    clearInterval(again);
    expect(await service.status).toBe(0);
  });

  test.each<NodeJS.Signals[]>([
    ['SIGTERM', 'SIGTERM'],
    ['SIGINT', 'SIGTERM', 'SIGINT'],
    ['SIGHUP', 'SIGTERM', 'SIGHUP', 'SIGHUP'],
    ['SIGHUP'],
  ])('%s, delivered with whatever follows at once, is one drain', async (...signals) => {
    const service = wirekeeper.start('serve', '--port', '0', '--json');
    const [, authority = ''] = await service.stdout.said(/"http":"http:\/\/([\d.:]+)/);
    const opened = await Promise.all(Array.from({ length: 3 }, () => RawClient.open(authority, '/echo')));
    for (const signal of signals) service.signal(signal);
    expect(await Promise.all(opened.map(({ client }) => client.closed()))).toEqual([1012, 1012, 1012]);
    expect(await service.status).toBe(0);
    expect(service.stdout.text).toMatch(/"drain.ended","report":\{"outcome":"drained","total":3,.*"clean":3/);
  });

  test.each([
    ['disks that are full', '>/dev/full 2>&1'],
    ['a full disk, while stderr has a reader', '--json >/dev/full'],
    ['streams that are closed from the start', '>&- 2>&- <&-'],
    ['readers of both streams that go away', '2>&1'],
  ])('outlives %s', async (_what, redirection) => {
    const probe = createServer();
    const port = await listenOn(probe, { host: '127.0.0.1', port: 0 });
    await stopListening(probe);
    const service = wirekeeper.startShell(`exec $WIREKEEPER serve --port ${port} ${redirection}`);
    service.unread();
    const authority = `127.0.0.1:${port}`;
    await expect
      .poll(() => request(`http://${authority}/healthz`).catch(() => undefined), { timeout: 10_000 })
      .toMatchObject({ status: 200 });
    for (let client = 0; client < 20; client += 1) (await RawClient.open(authority, '/nowhere')).client.drop();
    const { client } = await RawClient.open(authority, '/echo');
    service.signal('SIGTERM');
    expect(await client.closed()).toBe(1012);
    expect(await service.status).toBe(0);
    expect(service.stderr.text).toMatch(
      redirection === '--json >/dev/full' ? /^wirekeeper: the log cannot be written any more: ENOSPC[^\n]*\n$/ : /^$/,
    );
  });

  test('outlives the reader of its log', async () => {
    const service = await serving();
    service.unread();
    const { client } = await RawClient.open(service.authority, '/echo');
    await service.stderr.said(/the log cannot be written any more/);
    client.send('still there?');
    expect((await client.frame()).payload.toString()).toBe('still there?');
    client.drop();
    service.signal('SIGTERM');
    expect(await service.status).toBe(0);
  });

  test('a throw that nobody catches is logged, drains, and ends with status 1', async () => {
    const thrower = "data:text/javascript,process.on('SIGUSR2', () => { throw new Error('token=x went wrong'); })";
    const service = wirekeeper.startUnder([`--import=${thrower}`], 'serve', '--port', '0');
    const [, authority = ''] = await service.stdout.said(/listens on http:\/\/(\S+)/);
    const { client } = await RawClient.open(authority, '/echo');
    service.signal('SIGUSR2');
    expect(await client.closed()).toBe(1012);
    expect(await service.status).toBe(1);
    expect(service.stdout.text).toMatch(/error +uncaught, so the service ends: token=\*\*\* went wrong\n/);
    expect(service.stdout.text).toMatch(/drained +1 connection in .*, 1 closed/);
  });
});

describe('the client as a process', { timeout: 15_000 }, () => {
  test('pipes lines to the service and back', async () => {
    const service = await serving();
    const client = wirekeeper.start('dial', `ws://${service.authority}/echo`);
    client.stdin.end('one\ntwo\n');
    expect(await client.status).toBe(0);
    expect(client.stdout.lines).toEqual(['one', 'two']);
    service.signal('SIGTERM');
    await service.status;
  });

  test('SIGINT closes it with 1000, although stdin is open', async () => {
    const service = await serving();
    const client = wirekeeper.start('dial', `ws://${service.authority}/echo`);
    await client.stderr.said(/open/);
    client.signal('SIGINT');
    expect(await client.status).toBe(0);
    service.signal('SIGTERM');
    await service.status;
  });

  test('stays alive while it waits to dial again', async () => {
    const service = await serving();
    service.signal('SIGTERM');
    await service.status;
    const client = wirekeeper.start('dial', `ws://${service.authority}/echo`);
    client.stdin.end('hello\n');
    await client.stderr.said(/attempt 3/);
    client.signal('SIGTERM');
    expect(await client.status).toBe(1);
  });
});

test.each([
  [['--version'], 0, /^\d+\.\d+\.\d+\n$/, /^$/],
  [['serve', '--help'], 0, /--config/, /^$/],
  [['diagram'], 0, /stateDiagram-v2/, /^$/],
  [['sevre'], 2, /^$/, /^wirekeeper: "sevre" .*\n$/],
  [['serve', '--config', 'no-such-file.json'], 2, /^$/, /^wirekeeper: no-such-file\.json cannot be read: ENOENT.*\n$/],
  [['dial', '--once', 'ws://host.invalid/'], 1, /^$/, /^\* dialing .*\n\* .*\n$/],
])('%j ends with status %i', { timeout: 15_000 }, async (args, status, stdout, stderr) => {
  const child = wirekeeper.start(...args);
  expect(await child.status).toBe(status);
  expect(child.stdout.text).toMatch(stdout);
  expect(child.stderr.text).toMatch(stderr);
});

test('a disk that is full is named, and status 1', { timeout: 15_000 }, async () => {
  const shell = wirekeeper.startShell('$WIREKEEPER diagram >/dev/full');
  expect(await shell.status).toBe(1);
  expect(shell.stderr.text).toMatch(/^wirekeeper: stdout cannot be written: ENOSPC.*\n$/);
});

test('a reader that takes one line only is no error', { timeout: 15_000 }, async () => {
  const child = wirekeeper.start('diagram');
  child.unread();
  expect(await child.status).toBe(0);
  expect(child.stderr.text).toBe('');
});
