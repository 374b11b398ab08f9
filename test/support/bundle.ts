import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('../../scripts/bundle.mjs', import.meta.url));

/** Makes the package's JavaScript in a folder, as `npm run build` does. */
export async function bundleInto(folder: string): Promise<void> {
  await promisify(execFile)(process.execPath, [script, folder]);
}
