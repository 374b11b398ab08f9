import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The compiler of this repository. */
export const TSC = fileURLToPath(new URL('../node_modules/.bin/tsc', import.meta.url));

const COMPILER_OPTIONS = {
  target: 'es2023',
  module: 'nodenext',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
};

/** For programs that are run: from `src` into `out`. */
export const EMITS = { skipLibCheck: true, noEmit: false, rootDir: 'src', outDir: 'out' };

/**
 * Compiles a project with strict options and these.
 *
 * @throws {Error} with `stdout`, if there are faults.
 */
export async function compile(folder, options, { tsc = TSC, include = ['src'] } = {}) {
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...COMPILER_OPTIONS, ...options }, include }),
  );
  await promisify(execFile)(process.execPath, [tsc, '-p', folder]);
}
