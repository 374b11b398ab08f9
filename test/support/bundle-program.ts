import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

/** What `ws` uses if it is there. */
const OPTIONAL = ['bufferutil', 'utf-8-validate'];

/** A program of the tests as one file of JavaScript; its disposal removes it. */
export interface BundledProgram extends AsyncDisposable {
  readonly path: string;
}

/** Bundles a program of the tests, with all that it imports, for a process of its own. */
export async function bundleProgram(source: URL): Promise<BundledProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'wirekeeper-program-'));
  const path = join(folder, 'program.mjs');
  await build({
    input: fileURLToPath(source),
    platform: 'node',
    // It has the types of some packages in the packages' places.
    tsconfig: false,
    transform: { target: 'node20.19' },
    external: (id) => id.startsWith('node:') || OPTIONAL.includes(id),
    output: { file: path, codeSplitting: false },
  });
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}
