import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const HOST = '127.0.0.1';
const START_WITHIN_MS = 10_000;

/** What a program is started with, and the files that it reads from a folder of its own. */
export interface ProgramSettings {
  readonly args: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

/** A server of another project in a process of its own. */
export interface RunningProgram {
  /** Sends it a signal. */
  signal(signal: NodeJS.Signals): void;
  /** Ends it, and removes its folder. */
  stop(signal: NodeJS.Signals): Promise<void>;
}

/** Ports that are free, since nobody can ask these programs which ones they took. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, HOST));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** Whether somebody accepts connections on a port. */
async function isAccepting(port: number): Promise<boolean> {
  const socket = connect(port, HOST);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Starts a program, and resolves when it accepts connections on its ports. */
export async function startProgram(
  program: string,
  ports: readonly number[],
  settingsFor: (folder: string) => ProgramSettings,
): Promise<RunningProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'wirekeeper-program-'));
  const { args, files } = settingsFor(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  const exited = once(child, 'exit');
  const stop = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  const until = performance.now() + START_WITHIN_MS;
  for (const port of ports) {
    while (!(await isAccepting(port))) {
      if (child.exitCode === null && performance.now() < until) continue;
      await stop('SIGKILL');
      throw new Error(`${program} did not start: ${said}`);
    }
  }
  return { signal: (signal) => child.kill(signal), stop };
}
