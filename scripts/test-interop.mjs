/**
 * Runs the tests that talk to other implementations: `npm run test:interop`, or `npm run test:interop -- gorilla nginx`
 * for some of their files. First it installs what they need and what is missing: Debian's packages, for which it has to
 * be root, and npm's, into the folders of the tests.
 *
 * Without the packages of a peer, its tests are skipped and say so; with `WIREKEEPER_REQUIRE_PEERS=1` they fail.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install } from './install.mjs';

const PEERS = ['python', 'go', 'chromium', 'proxies', 'systemd'];
const FILES = ['test/foreign'];
const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a program that shows what it prints; returns its status. */
function run(program, args) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  if (error !== undefined) throw error;
  return status;
}

function installPeers() {
  const script = join('scripts', 'install-peers.sh');
  const { stdout, error } = spawnSync('dpkg-query', ['--version'], { encoding: 'utf8' });
  if (error !== undefined || stdout === '') {
    console.error(`There is no dpkg here, so the peers of Debian are not installed: ${PEERS.join(', ')}.`);
  } else if (process.getuid?.() === 0) {
    if (run(script, PEERS) !== 0) throw new Error(`${script} ${PEERS.join(' ')} failed.`);
  } else if (run(script, ['--check', ...PEERS]) !== 0) {
    console.error(`Only root installs Debian's packages. To install them: sudo ${script} ${PEERS.join(' ')}`);
  }
}

installPeers();
await install('test/foreign', 'test/browser');
const files = process.argv.length > 2 ? process.argv.slice(2) : FILES;
const vitest = join('node_modules', 'vitest', 'vitest.mjs');
process.exitCode = run(process.execPath, [vitest, 'run', '--project', 'foreign', ...files]);
