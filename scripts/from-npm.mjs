import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../node_modules/.cache/wirekeeper', import.meta.url));

/**
 * Installs a package that only some checks need into a folder of its own in node_modules/.cache, so that nobody's `npm
 * ci` has to load it; returns the package's folder. For a partial version (`24`) npm finds the newest each time.
 *
 * @throws {Error} if it cannot be had.
 */
export function fromNpm(name, version) {
  const folder = join(cache, `${name}-${version}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }));
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', `${name}@${version}`];
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${name}@${version} cannot be had from npm.`);
  return join(folder, 'node_modules', name);
}
