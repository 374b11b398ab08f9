/**
 * Makes dist/: declarations by tsc, JavaScript by rolldown. Many commands begin with it, so it does nothing if dist/ is
 * as the last run left it, and so is all that it is made of.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stateOfDist, stateOfSources } from './build-state.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const record = join(root, 'node_modules/.cache/wirekeeper/built');

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

// Taken first: what changes while it builds is built the next time.
const sources = stateOfSources(root);
const [lastSources, lastDist] = existsSync(record) ? readFileSync(record, 'utf8').split(' ') : [];
const isDistAsLeft = lastDist === stateOfDist(root);
if (sources !== lastSources || !isDistAsLeft) {
  // tsc does not look at what it has written.
  if (!isDistAsLeft) rmSync(join(root, 'dist/declarations.tsbuildinfo'), { force: true });
  run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
  run('scripts/bundle.mjs');
  mkdirSync(dirname(record), { recursive: true });
  writeFileSync(record, `${sources} ${stateOfDist(root)}`);
}
