import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rolldown = join(root, 'node_modules/rolldown/bin/cli.mjs');

/** Makes the package's JavaScript in a folder, as `npm run build` does. */
export async function bundleInto(folder: string): Promise<void> {
  await promisify(execFile)(process.execPath, [rolldown, '--config', '--dir', folder], { cwd: root });
}
