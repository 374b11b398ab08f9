import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { createLog } from '../../../src/cli/output/log.js';
import { lifeAlone, print } from '../../../src/cli/serve/life.js';
import { createSupervisor } from '../../../src/index.js';
import { FakeTerminal } from '../fake-terminal.js';

const place = { host: '127.0.0.1', port: 8443, isSecure: true };
const plan = { listeners: [{ paths: ['/a'], does: 'echoes' }], dialers: [] };

const logOf = (terminal: FakeTerminal, json: boolean) => createLog(terminal, { json, quiet: false, wallNow: () => 0 });

test('says where a service is, for people and for programs', () => {
  const terminal = new FakeTerminal();
  const announced = { plan, place, metrics: '/metrics' };
  print(announced, { json: true, quiet: false }, logOf(terminal, true), 'wirekeeper');
  expect(JSON.parse(terminal.stdout.text)).toMatchObject({
    event: 'service.listening',
    http: 'https://127.0.0.1:8443',
    urls: ['wss://127.0.0.1:8443/a'],
    metrics: 'https://127.0.0.1:8443/metrics',
  });
  print(announced, { json: false, quiet: true }, logOf(terminal, false), 'wirekeeper');
  expect(terminal.stdout.lines).toHaveLength(1);
  print(announced, { json: false, quiet: false }, logOf(terminal, false), 'wirekeeper');
  expect(terminal.stdout.text).toContain('wirekeeper listens on https://127.0.0.1:8443\n');
});

test('a process by itself has a port, and drains on a signal', async () => {
  const terminal = new FakeTerminal();
  const life = lifeAlone(terminal, { json: true, quiet: true }, logOf(terminal, true));
  const supervisor = createSupervisor();
  const release = life.obey(supervisor, {});
  const server = createServer();
  expect(await life.open(server, { host: '127.0.0.1', port: 0 })).toBeGreaterThan(0);
  terminal.raise();
  expect(supervisor.state).toBe('draining');
  await supervisor.ended;
  await life.close(server);
  expect(server.listening).toBe(false);
  await release();
  expect(terminal.hasListeners).toBe(false);
});
