import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

/** What `ws` uses if it is there. */
const OPTIONAL = ['bufferutil', 'utf-8-validate'];

/**
 * Makes one file of JavaScript of a program of the tests, with all that it imports, for a process of its own.
 *
 * @returns its path.
 */
export async function bundleProgram(source: URL, folder: string): Promise<string> {
  const file = join(folder, 'program.mjs');
  await build({
    input: fileURLToPath(source),
    platform: 'node',
    transform: { target: 'node20.19' },
    external: (id) => id.startsWith('node:') || OPTIONAL.includes(id),
    output: { file, codeSplitting: false },
  });
  return file;
}
