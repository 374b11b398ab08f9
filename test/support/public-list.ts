/** An entry's public names: as its index file lists them, and as the reference documents them. */
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

/**
 * The names that the reference documents for an entry: those in code marks in the headings below the heading that names
 * the entry. `### \`createSupervisor(options)\`` documents `createSupervisor`; members (`connection.send()`) are no
 * names of their own.
 */
export function documentedNames(reference: string, entry: string): string[] {
  let current: string | undefined;
  const names = new Set<string>();
  for (const [, heading] of reference.matchAll(/^#{1,6} (.*)$/gm)) {
    for (const [, code] of (heading ?? '').matchAll(/`([^`]+)`/g)) {
      if (/^wirekeeper(\/[a-z]+)?$/.test(code ?? '')) current = code;
      else if (current === entry)
        for (const name of (code ?? '').match(/^[A-Za-z_$][\w$]*(?![\w$.])/) ?? []) names.add(name);
    }
  }
  return [...names].toSorted();
}
