import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWebSocketReceiver, type StatelyInspectionEvent } from '@statelyai/inspect';
import { expect, test } from 'vitest';
import { startInspection, TOKEN_VARIABLE } from '../../../src/cli/serve/inspection.js';
import { createSupervisor } from '../../../src/index.js';
import { eventually } from '../../support/eventually.js';
import { start, startService } from '../fake-terminal.js';
import { RawClient } from '../raw-client.js';

const TOKEN = 's3cret-token-of-16';

test('serve --inspect prints where to attach, and shows the service to the receiver of @statelyai/inspect', async () => {
  const { terminal, status, authority } = await startService('--inspect', '0');
  const [, url = ''] = await terminal.stdout.said(/inspect +attach to (ws:\S+), or open http:\S+ in a browser\n/);
  const messages: StatelyInspectionEvent[] = [];
  createWebSocketReceiver({ server: url }).subscribe((message) => messages.push(message));
  const names = () => messages.flatMap((message) => (message.type === '@xstate.actor' ? [message.name] : []));
  await eventually(() => names().length === 3, 'the service and its listeners');
  expect(names()).toEqual(['service', 'echo', 'rooms']);
  const { client } = await RawClient.open(authority, '/echo');
  await eventually(() => names().length === 4, 'the connection');
  client.drop();
  terminal.raise();
  expect(await status).toBe(0);
  await eventually(
    () =>
      messages.some(({ type, ...rest }) => type === '@xstate.snapshot' && JSON.stringify(rest).includes('"stopped"')),
    'the end',
  );
});

test('serve --inspect --json reports the URL in a line of its own', async () => {
  const { terminal, status } = await startService('--json', '--inspect=127.0.0.1:0');
  await terminal.stdout.said(/inspection\.listening/);
  const lines = terminal.stdout.lines.map((line) => JSON.parse(line) as { event: string; url?: string });
  expect(lines[1]).toMatchObject({
    event: 'inspection.listening',
    url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/$/),
  });
  terminal.raise();
  expect(await status).toBe(0);
});

test.each([
  ['0.0.0.0:0', /WIREKEEPER_INSPECT_TOKEN is missing, and host is "0\.0\.0\.0"; beyond loopback give one of 16 to 200/],
  ['127.0.0.1', /--inspect is "127\.0\.0\.1"; it must be a port from 0 to 65535, or a host and a port/],
])('serve --inspect %s is refused in one sentence', async (place, sentence) => {
  const { terminal, status } = start('serve', '--port', '0', '--inspect', place);
  await terminal.stderr.said(sentence);
  expect(await status).toBe(2);
});

test('serve --inspect on a port in use says which, and serves nothing', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const { terminal, status } = start('serve', '--port', '0', '--inspect', String(port));
  await terminal.stderr.said(new RegExp(`--inspect: port ${port} of 127\\.0\\.0\\.1 cannot be had \\(EADDRINUSE\\)`));
  expect(await status).toBe(1);
  taken.close();
});

test('the token is taken from the environment, is required of viewers, and is printed nowhere', async () => {
  const supervisor = createSupervisor();
  const { server, url, hint } = await startInspection(
    supervisor,
    { host: '0.0.0.0', port: 0 },
    { [TOKEN_VARIABLE]: TOKEN },
  );
  expect(hint).toContain('?token=...');
  expect(hint + url).not.toContain('s3cret');
  expect((await fetch(url.replace('ws:', 'http:'))).status).toBe(200);
  await server.stop();
  await expect(startInspection(supervisor, {}, { [TOKEN_VARIABLE]: 's3cret' })).rejects.toThrow(
    /^WIREKEEPER_INSPECT_TOKEN is not allowed \(its value is not shown\)/,
  );
  await supervisor.stop();
});
