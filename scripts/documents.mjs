/** The project's documents: which there are, and what stands in them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The Markdown files at the root and in docs/, with their paths relative to the root. */
export function documents(root) {
  const inFolder = (folder) =>
    (existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []).filter((name) => name.endsWith('.md'));
  const paths = [...inFolder('.'), ...inFolder('docs').map((name) => `docs/${name}`)];
  return paths.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/**
 * The fenced code blocks of a document, in their order, each with the line its code begins at. A block that begins with
 * "```ts run" ends by itself and is run.
 */
export function codeBlocks(text) {
  return [...text.matchAll(/^```(\w*)([^\n]*)\n([\s\S]*?)^```\s*$/gm)].map((match) => ({
    language: match[1],
    isRun: match[2].trim() === 'run',
    code: match[3],
    line: text.slice(0, match.index).split('\n').length + 1,
  }));
}

/** The text without its code blocks. */
export function prose(text) {
  return text.replace(/^```[\s\S]*?^```\s*$/gm, '');
}

/** Where the links of a document lead that stay within the project, as they are written. */
export function relativeLinks(text) {
  return [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1])
    .filter((link) => !/^[a-z]+:/.test(link));
}

/** The anchors of a document: those of its headings, as GitHub forms them, and those that it sets itself. */
export function anchors(text) {
  const seen = new Map();
  const set = [...prose(text).matchAll(/<a id="([^"]+)"><\/a>/g)].map((match) => match[1]);
  const ofHeadings = [...prose(text).matchAll(/^#{1,6} (.*)$/gm)].map((match) => {
    const base = match[1]
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replace(/\s/g, '-');
    const count = seen.get(base) ?? 0;
    seen.set(base, count + 1);
    return count === 0 ? base : `${base}-${count}`;
  });
  return [...ofHeadings, ...set];
}
