import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What dist/ is made of, and npm's own list of what it has installed. A package that was changed by hand is not seen. */
const MADE_OF = [
  'src',
  'scripts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'node_modules/.package-lock.json',
];

/** The files in a folder, or the file itself; none if there is neither. */
function filesOf(root, path) {
  const stats = statSync(join(root, path), { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (!stats.isDirectory()) return [{ path, stats }];
  return readdirSync(join(root, path))
    .filter((name) => name !== 'node_modules')
    .toSorted()
    .flatMap((name) => filesOf(root, join(path, name)));
}

/** A hash of all that dist/ is made of, by contents. */
export function stateOfSources(root) {
  const hash = createHash('sha256');
  for (const { path } of MADE_OF.flatMap((name) => filesOf(root, name)))
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0');
  return hash.digest('hex');
}

/** A hash of what is in dist/, by sizes and times. */
export function stateOfDist(root) {
  const hash = createHash('sha256');
  for (const { path, stats } of filesOf(root, 'dist')) hash.update(`${path} ${stats.size} ${stats.mtimeMs}\0`);
  return hash.digest('hex');
}
