import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connect } from '../../../src/index.js';
import { type DashboardMessage, PROTOCOL } from '../../../src/inspect/dashboard/protocol.js';
import { eventually } from '../../support/eventually.js';
import { listening, start, startService, startWith, stopped } from '../fake-terminal.js';
import { RawClient } from '../raw-client.js';

const TOKEN = 'correct-horse-battery';

test('the service has its dashboard on loopback, and the banner says where', async () => {
  const service = await startService();
  const [, url = ''] = await service.terminal.stdout.said(/(http:\/\/\S+\/_wirekeeper\/) +shows them in a browser/);
  const answer = await fetch(url);
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('<!doctype html>')]);
  expect(await stopped(service)).toBe(0);
});

test('its feed shows the connections of the service, with their timelines', async () => {
  const service = await startService();
  const { client } = await RawClient.open(service.authority, '/echo');
  const messages: DashboardMessage[] = [];
  const feed = await connect(`ws://${service.authority}/_wirekeeper/feed`, { protocols: [PROTOCOL] });
  feed.frames$.subscribe((frame) => messages.push(frame.json() as DashboardMessage));
  feed.send(JSON.stringify({ type: 'look', look: 1, table: 'connections', query: {}, first: 0, count: 5 }));
  await eventually(() => messages.some(({ type }) => type === 'rows'));
  expect(messages.find(({ type }) => type === 'welcome')).toMatchObject({ hasRecorder: true, mayAct: false });
  expect(messages.find(({ type }) => type === 'rows')).toMatchObject({ total: 1, rows: [{ childId: 'echo' }] });
  client.drop();
  expect(await stopped(service)).toBe(0);
  expect((await feed.closed).received?.code).toBe(1001);
});

test('actions are logged, where the command line allows them', async () => {
  const service = start('serve', '--port', '0', '--json', '--dashboard-actions');
  const authority = await listening(service);
  const feed = await connect(`ws://${authority}/_wirekeeper/feed`, { protocols: [PROTOCOL] });
  feed.send(JSON.stringify({ type: 'act', request: 1, action: { kind: 'terminate', connectionId: 'c0' } }));
  await service.terminal.stdout.said(/"event":"dashboard\.action",.*"kind":"terminate","connectionId":"c0"/);
  expect(await stopped(service)).toBe(0);
});

test.each([
  ['--no-dashboard', ['--no-dashboard']],
  ['another address than loopback, without a token', ['--host', '0.0.0.0']],
])('there is none with %s', async (_what, args) => {
  const service = start('serve', '--port', '0', '--json', ...args);
  const authority = await listening(service);
  expect((await fetch(`http://${authority}/_wirekeeper/`)).status).toBe(404);
  expect(service.terminal.stdout.text).not.toContain('_wirekeeper');
  expect(await stopped(service)).toBe(0);
});

test('with a token in the environment it is there on every address, and the token is in no output', async () => {
  const service = startWith(
    { WIREKEEPER_DASHBOARD_TOKEN: TOKEN },
    'serve',
    '--port',
    '0',
    '--json',
    '--host',
    '0.0.0.0',
  );
  const authority = await listening(service);
  const access = await fetch(`http://${authority}/_wirekeeper/access`);
  expect(await access.json()).toEqual({ access: 'token' });
  const refused = await connect(`ws://${authority}/_wirekeeper/feed`, {
    protocols: [PROTOCOL],
    headers: { authorization: `Bearer ${TOKEN}x` },
  }).catch((error: unknown) => String(error));
  expect(refused).toContain('401');
  expect(await stopped(service)).toBe(0);
  expect(service.terminal.stdout.text + service.terminal.stderr.text).not.toContain(TOKEN);
});

test('a token that is too short ends the start, and is not shown', async () => {
  const { terminal, status } = startWith({ WIREKEEPER_DASHBOARD_TOKEN: 'hunter2' }, 'serve', '--port', '0');
  expect(await status).toBe(2);
  expect(terminal.stderr.text).toContain('token is not allowed');
  expect(terminal.stderr.text).not.toContain('hunter2');
});

test('a configuration may switch it off, and a host that is not served gets no page', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wirekeeper-dashboard-'));
  try {
    const file = join(folder, 'service.json');
    await writeFile(file, JSON.stringify({ dashboard: false, listeners: [{ path: '/echo', behaviour: 'echo' }] }));
    const service = start('serve', '--port', '0', '--json', '--config', file);
    const authority = await listening(service);
    expect((await fetch(`http://${authority}/_wirekeeper/`)).status).toBe(404);
    expect(await stopped(service)).toBe(0);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a page whose name was pointed at loopback gets neither the page nor the feed', async () => {
  const service = await startService();
  const headers = { host: 'evil.example', origin: 'http://evil.example' };
  const url = `ws://${service.authority}/_wirekeeper/feed`;
  await expect(connect(url, { protocols: [PROTOCOL], headers })).rejects.toThrow();
  expect(await stopped(service)).toBe(0);
});
