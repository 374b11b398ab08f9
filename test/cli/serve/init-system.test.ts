import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { defaultHost, socketOf, workerVariables } from '../../../src/cli/serve/init-system.js';
import { connect } from '../../../src/index.js';
import { Compiled } from '../compiled.js';
import { FakeTerminal, Transcript } from '../fake-terminal.js';

const SAID_WITHIN_MS = 30_000;

function terminalWith(env: Record<string, string>): FakeTerminal {
  const terminal = new FakeTerminal();
  Object.assign(terminal.env, env);
  return terminal;
}

test.each([
  [{}, '127.0.0.1', undefined],
  [{ LISTEN_PID: '42', LISTEN_FDS: '1' }, '0.0.0.0', 3],
  [{ LISTEN_PID: '1', LISTEN_FDS: '1' }, '127.0.0.1', undefined],
  [workerVariables(3), '0.0.0.0', undefined],
  [workerVariables(undefined), '127.0.0.1', undefined],
])('with %j the service is on %s, by socket %s', (env, host, fd) => {
  const terminal = terminalWith(env);
  expect([defaultHost(terminal, '127.0.0.1'), socketOf(terminal)]).toEqual([host, fd]);
});

describe('a service that systemd starts', { timeout: 90_000 }, () => {
  let wirekeeper: Compiled;
  let folder: string;
  let service: ChildProcess;

  beforeAll(async () => {
    wirekeeper = await Compiled.build();
    folder = await mkdtemp(join(tmpdir(), 'wirekeeper-systemd-'));
    await writeFile(join(folder, 'systemd-notify'), `#!/bin/sh\necho "$@" >> ${folder}/sent\n`);
    await chmod(join(folder, 'systemd-notify'), 0o755);
  }, 60_000);
  afterEach(() => service.kill('SIGKILL'));
  afterAll(async () => {
    await wirekeeper.remove();
    await rm(folder, { recursive: true });
  });

  /** Starts it as systemd does: with a listening socket as descriptor 3, and the variables about it. */
  async function activated(...args: string[]) {
    const listening = createServer();
    listening.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const address = listening.address();
    const port = String(typeof address === 'object' ? address?.port : undefined);
    const { fd } = (listening as unknown as { readonly _handle: { readonly fd: number } })._handle;
    await writeFile(join(folder, 'sent'), '');
    service = spawn(
      'sh',
      ['-c', 'LISTEN_PID=$$ exec "$@"', 'sh', process.execPath, wirekeeper.main, 'serve', '--json', ...args],
      {
        stdio: ['ignore', 'pipe', 'inherit', fd],
        env: {
          ...process.env,
          LISTEN_FDS: '1',
          NOTIFY_SOCKET: '/run/systemd/notify',
          PATH: `${folder}${delimiter}${process.env['PATH']}`,
        },
      },
    );
    // The child has a copy: this process would take clients away from it.
    listening.close();
    const said = new Transcript();
    service.stdout?.pipe(said);
    await said.said(new RegExp(`"http":"http://127\\.0\\.0\\.1:${port}"`), SAID_WITHIN_MS);
    return { said, port, sent: () => readFile(join(folder, 'sent'), 'utf8') };
  }

  test.each([[[]], [['--workers', '2']]])('takes its socket and says how it is, with %j', async (args) => {
    const { said, port, sent } = await activated(...args);
    const client = await connect(`ws://127.0.0.1:${port}/echo`);
    client.send('through the socket of systemd');
    expect((await client.receive())?.text()).toBe('through the socket of systemd');
    // Whoever systemd lets in may come from everywhere.
    expect((await fetch(`http://127.0.0.1:${port}/metrics`)).status).toBe(404);
    await expect.poll(sent).toBe(`READY=1 MAINPID=${service.pid}\n`);
    if (args.length > 0) {
      service.kill('SIGHUP');
      await said.said(/"event":"service\.reloaded"/, SAID_WITHIN_MS);
      await expect.poll(sent).toMatch(/^READY=1 .*\nRELOADING=1 MONOTONIC_USEC=\d+\nREADY=1 .*\n$/);
    }
    service.kill('SIGTERM');
    expect(await once(service, 'exit')).toEqual([0, null]);
    expect(await sent()).toMatch(/\nSTOPPING=1\n$/);
  });
});
