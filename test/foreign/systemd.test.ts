/**
 * The service under systemd's own tools, without a systemd that runs: one opens its socket and starts it when the first
 * client comes, the other sends what it says.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connect } from '../../src/index.js';
import { Compiled } from '../cli/compiled.js';
import { Transcript } from '../cli/fake-terminal.js';
import { sayMissing } from './checks.js';
import { freePorts } from './program.js';

const ACTIVATE = '/usr/bin/systemd-socket-activate';
const PYTHON = '/usr/bin/python3';
const absent = [ACTIVATE, '/usr/bin/systemd-notify', PYTHON].filter((path) => !existsSync(path));
const missing = absent.length === 0 ? undefined : `${absent.join(', ')} missing: run scripts/install-peers.sh systemd`;

const WITHIN_MS = 60_000;

/** Stands for systemd's end of NOTIFY_SOCKET, since Node.js has no datagram sockets of Unix. */
const RECEIVER = `
import socket, sys
end = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
end.bind(sys.argv[1])
print('bound', flush=True)
while True:
    said = end.recv(65536).decode().strip().replace('\\n', ' ')
    # systemd-notify waits until the descriptor that comes with this is closed, as it is here since nobody takes it.
    if said != 'BARRIER=1':
        print(said, flush=True)
`;

sayMissing(missing);

describe.skipIf(missing !== undefined)('a service of systemd', { timeout: 2 * WITHIN_MS }, () => {
  let wirekeeper: Compiled;
  let folder: string;
  let receiver: ChildProcess;
  let received: Transcript;
  let service: ChildProcess | undefined;

  beforeAll(async () => {
    wirekeeper = await Compiled.build();
  }, WITHIN_MS);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wirekeeper-systemd-'));
    receiver = spawn(PYTHON, ['-c', RECEIVER, join(folder, 'notify')], { stdio: ['ignore', 'pipe', 'inherit'] });
    received = new Transcript();
    receiver.stdout?.pipe(received);
    await received.said(/^bound$/m, WITHIN_MS);
  });
  afterEach(async () => {
    service?.kill('SIGKILL');
    receiver.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });
  afterAll(() => wirekeeper.remove());

  /** Has systemd's tool open a port; it becomes the service when the first client comes. */
  async function listening(env: readonly string[], ...args: string[]) {
    const [port = 0] = await freePorts(1);
    const variables = [`NOTIFY_SOCKET=${join(folder, 'notify')}`, ...env].flatMap((variable) => ['-E', variable]);
    const command = [process.execPath, wirekeeper.main, 'serve', '--json', ...args];
    const started = spawn(ACTIVATE, ['--listen', `127.0.0.1:${port}`, ...variables, ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    service = started;
    const [said, told] = [new Transcript(), new Transcript()];
    started.stdout.pipe(said);
    started.stderr.pipe(told);
    await told.said(/Listening on /, WITHIN_MS);
    return { started, said, url: `ws://127.0.0.1:${port}/echo`, exited: once(started, 'exit') };
  }

  async function echo(url: string): Promise<string | undefined> {
    await using client = await connect(url, { limits: { openWithinMs: WITHIN_MS } });
    client.send('through the socket of systemd');
    return (await client.receive())?.text();
  }

  test('is started by its first client, who waits, and says what systemd wants to hear', async () => {
    const { started, url, exited } = await listening(['WATCHDOG_USEC=1000000']);
    expect(await echo(url)).toBe('through the socket of systemd');
    await received.said(new RegExp(`^READY=1 MAINPID=${started.pid}$`, 'm'), WITHIN_MS);
    await received.said(/^WATCHDOG=1\n(?:.*\n)*WATCHDOG=1$/m, WITHIN_MS);
    started.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    await received.said(/^STOPPING=1$/m, WITHIN_MS);
  });

  test('with workers it says when a reload begins and ends, and keeps the socket over it', async () => {
    const { started, said, url, exited } = await listening([], '--workers', '2');
    expect(await echo(url)).toBe('through the socket of systemd');
    await received.said(/^READY=1 /m, WITHIN_MS);
    started.kill('SIGHUP');
    await said.said(/"event":"service\.reloaded"/, WITHIN_MS);
    await received.said(/^READY=1 .*\nRELOADING=1 MONOTONIC_USEC=\d+\nREADY=1 /m, WITHIN_MS);
    expect(await echo(url)).toBe('through the socket of systemd');
    started.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });
});
