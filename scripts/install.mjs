/**
 * Installs what only one folder needs (the benchmarks, the site, the foreign peers) into that folder, so that nobody's
 * `npm ci` at the root has to load it: `node scripts/install.mjs bench test/foreign`.
 *
 * Each such folder has a package.json and a lockfile of its own. Nothing is done when it is installed already.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Whether a folder's packages are those of its lockfile: npm writes its own copy when it has installed. */
function isInstalled(folder) {
  const [wanted, present] = ['package-lock.json', 'node_modules/.package-lock.json'].map((file) =>
    join(root, folder, file),
  );
  return existsSync(present) && statSync(present).mtimeMs >= statSync(wanted).mtimeMs;
}

/**
 * Installs a folder's packages unless they are there.
 *
 * @throws {Error} if npm fails.
 */
export function install(folder) {
  if (isInstalled(folder)) return;
  console.error(`Installing what only ${folder}/ needs, into ${folder}/node_modules.`);
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', args, { cwd: join(root, folder), stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`npm ci failed in ${folder}/.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) for (const folder of process.argv.slice(2)) install(folder);
