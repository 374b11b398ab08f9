/**
 * Checks what `wirekeeper init` writes, as its users get it: installs it with the packed package, runs its test, starts
 * it by `npm start`, talks to it, and stops it.
 *
 *     node scripts/check-init.mjs folder package.tgz
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const STARTS_WITHIN_MS = 30_000;

const [folder = '', tarball = ''] = process.argv.slice(2);
const inFolder = (command, ...args) => execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });

/** Resolves with the port that a service names in the first line of its log. */
async function portOf(service) {
  const timer = setTimeout(() => service.kill('SIGKILL'), STARTS_WITHIN_MS);
  try {
    for await (const line of createInterface({ input: service.stdout })) {
      const [, port] = /^listens on port (\d+)$/.exec(line) ?? [];
      if (port !== undefined) return Number(port);
    }
  } finally {
    clearTimeout(timer);
  }
  throw new Error('npm start named no port');
}

inFolder('npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', tarball);
inFolder('npm', 'test');
const service = spawn('npm', ['start'], {
  cwd: folder,
  env: { ...process.env, PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const exited = once(service, 'exit');
const port = await portOf(service);
service.stdout.resume();
const { status } = await fetch(`http://127.0.0.1:${port}/readyz`);
if (status !== 200) throw new Error(`/readyz answered ${status}`);
const wirekeeper = join(folder, 'node_modules/wirekeeper/dist/cli/main.js');
execFileSync(process.execPath, [wirekeeper, 'dial', '--once', '--wait', '0', `ws://127.0.0.1:${port}/rooms/tea`], {
  input: 'hello\n',
  stdio: 'pipe',
});
service.kill('SIGTERM');
const [code] = await exited;
// It is the service's own: a shell between npm and the service would have died of the signal.
if (code !== 0) throw new Error(`npm start ended with status ${code}`);
