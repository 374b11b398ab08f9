/**
 * Source files as text, and the little that the architecture tests ask of them. TypeScript 7 has no stable API to parse
 * with, and a house rule needs no parser: it is enough to separate strings and comments from code.
 */
import { readdir, readFile } from 'node:fs/promises';
import { posix, relative, sep } from 'node:path';

/** Files by their path, with `/` between folders: `transport/frame.ts`. */
export type SourceTree = ReadonlyMap<string, string>;

/** Reads all files under `root` whose name ends in `suffix`, installed packages aside. Paths are relative to `root`. */
export async function readTree(root: string, suffix = '.ts'): Promise<SourceTree> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(suffix))
    .map((entry) => `${entry.parentPath}${sep}${entry.name}`)
    .filter((file) => !file.includes(`${sep}node_modules${sep}`, root.length));
  const read = files
    .toSorted()
    .map(async (file) => [relative(root, file).split(sep).join('/'), await readFile(file, 'utf8')] as const);
  return new Map(await Promise.all(read));
}

/** A comment, or a string without the code inside a template's braces. */
const COMMENT_OR_STRING = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/g;

/** The text without its comments. */
export function withoutComments(text: string): string {
  return text.replace(COMMENT_OR_STRING, (token) => (token.startsWith('/') ? ' ' : token));
}

/** The text with neither comments nor what stands in strings. */
export function codeOf(text: string): string {
  return text.replace(COMMENT_OR_STRING, (token) => (token.startsWith('/') ? ' ' : "''"));
}

/** What stands before the string that names a module, in an import, an export, a dynamic import, or a type. */
const NAMES_A_MODULE = /\b(?:from|import|require)\s*\(?\s*$/;

/** The modules a file asks for, types included, as they are written. */
export function importsOf(text: string): string[] {
  const code = withoutComments(text);
  const named = [...code.matchAll(COMMENT_OR_STRING)].filter((match) =>
    NAMES_A_MODULE.test(code.slice(Math.max(0, match.index - 30), match.index)),
  );
  const referenced = [...text.matchAll(/^\/\/\/ <reference types="([^"]+)"/gm)].map((match) => match[1] ?? '');
  return [...new Set([...named.map((match) => match[0].slice(1, -1)), ...referenced])];
}

/** The package a specifier belongs to (`rxjs/operators`: `rxjs`), or undefined when it is relative or node's own. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || isNodes(specifier)) return undefined;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Whether a specifier is node's own; `node` itself is how declarations refer to its types. */
export function isNodes(specifier: string): boolean {
  return specifier.startsWith('node:') || specifier === 'node';
}

/**
 * The file that a relative specifier of `from` means, or undefined when it is not relative. `.js` is what sources and
 * declarations write.
 */
export function fileOf(from: string, specifier: string, suffix = '.ts'): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return posix.join(posix.dirname(from), specifier).replace(/\.js$/, suffix);
}
