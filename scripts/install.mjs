/**
 * Installs what only one folder needs (the benchmarks, the site, the foreign peers) into that folder, so that nobody's
 * `npm ci` at the root has to load it: `node scripts/install.mjs bench test/foreign`.
 *
 * Each such folder has a package.json and a lockfile of its own. Nothing is done when it is installed already.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inLanes } from './lanes.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Whether a folder's packages are those of its lockfile: npm writes its own copy when it has installed. */
function isInstalled(folder) {
  const [wanted, present] = ['package-lock.json', 'node_modules/.package-lock.json'].map((file) =>
    join(root, folder, file),
  );
  return existsSync(present) && statSync(present).mtimeMs >= statSync(wanted).mtimeMs;
}

async function installOne(folder) {
  if (isInstalled(folder)) return;
  console.error(`Installing what only ${folder}/ needs, into ${folder}/node_modules.`);
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = spawn('npm', args, { cwd: join(root, folder), stdio: ['ignore', 'ignore', 'inherit'] });
  const [status] = await once(npm, 'close');
  if (status !== 0) throw new Error(`npm ci failed in ${folder}/.`);
}

/**
 * Installs the packages of folders where they are not there.
 *
 * @throws {Error} if npm fails.
 */
export async function install(...folders) {
  await inLanes(folders.map((folder) => () => installOne(folder)));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await install(...process.argv.slice(2));
