import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What dist/ is made of; node_modules/ is what the lockfile says. */
const MADE_OF = ['src', 'scripts', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

/** The files in a folder, or the file itself; none if there is neither. */
function filesOf(root, path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (statSync(full).isFile()) return [path];
  return readdirSync(full)
    .filter((name) => name !== 'node_modules')
    .toSorted()
    .flatMap((name) => filesOf(root, join(path, name)));
}

/** A hash of all that dist/ is made of, by contents, and of dist/, by sizes and times. */
export function buildState(root) {
  const hash = createHash('sha256');
  for (const file of MADE_OF.flatMap((path) => filesOf(root, path))) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  for (const file of filesOf(root, 'dist')) {
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\0`);
  }
  return hash.digest('hex');
}
