/** An entry's public names, as its index file lists them. */
import { withoutComments } from './source-tree.js';

const EXPORT_LIST = /export\s+(?:type\s+)?\{([^}]*)\}\s*from\s*'[^']+';?/g;

/**
 * The names an index file exports. An index file is a list and nothing else: throws at anything that is no `export {
 * ... } from`.
 */
export function exportedNames(index: string): string[] {
  const text = withoutComments(index);
  const rest = text.replace(EXPORT_LIST, '').trim();
  if (rest !== '')
    throw new Error(`an index file lists exports and nothing else, but here stands: ${rest.split('\n', 1)[0]}`);
  const names = [...text.matchAll(EXPORT_LIST)].flatMap((match) => (match[1] ?? '').split(','));
  return names
    .map((name) =>
      name
        .trim()
        .replace(/^type\s+/, '')
        .replace(/^.*\bas\s+/, ''),
    )
    .filter((name) => name !== '')
    .toSorted();
}
