import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
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

  test('a second signal drops a client that never answers the Close, and the status is 0 still', async () => {
    const service = await serving();
    const { client } = await RawClient.open(service.authority, '/echo');
    service.signal('SIGTERM');
    expect((await client.frame()).opcode).toBe(CLOSE);
    service.signal('SIGINT');
    await client.gone();
    expect(await service.status).toBe(0);
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

test('a reader that takes one line only is no error', { timeout: 15_000 }, async () => {
  const child = wirekeeper.start('diagram');
  child.unread();
  expect(await child.status).toBe(0);
  expect(child.stderr.text).toBe('');
});
