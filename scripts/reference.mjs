/**
 * Writes docs/reference.md: every public name, the first sentence of its documentation, and a link to its source.
 *
 * `npm run reference` brings it up to date; a test fails when it is not, or when a public name is not documented. The
 * site (`npm run docs`) has the whole documentation, with every member.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const EXPORT_LIST = /export\s+(?:type\s+)?\{([^}]*)\}\s*from\s*'([^']+)';/g;

const HEAD = `# Reference

Every public name, in one sentence. A name links to its source, where its whole documentation is. \`npm run docs\` builds that documentation as a site, with an anchor for each member; it can be read offline.

This page is written by \`npm run reference\` from the comments in the source.
`;

const withoutComments = (text) => text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/[^\n]*$/gm, '');

/** The names that an index file exports, each with the file that it comes from, relative to src/. */
function exportsOf(index, text) {
  return [...withoutComments(text).matchAll(EXPORT_LIST)].flatMap(([, names, from]) => {
    const path = posix.join(posix.dirname(index), from.replace(/\.js$/, '.ts'));
    return (
      names
        .split(',')
        .map((name) => name.trim().replace(/^type\s+/, ''))
        // Further names of what is listed by its own.
        .filter((name) => name !== '' && !/ as (?:default|'module\.exports')$/.test(name))
        .map((name) => ({ name, path }))
    );
  });
}

/** A documentation comment as one line of text, without its tags, links in it as code. */
function textOf(comment) {
  const lines = comment.replace(/^\/\*\*|\*\/$/g, '').split('\n');
  const text = lines.map((line) => line.replace(/^\s*\* ?/, '').trim()).join('\n');
  return text
    .split(/(?:^|(?<=\. )|(?<=\n))@[a-z]+\b/i)[0]
    .replace(/\{@link (\w+)[^}]*\}/g, '`$1`')
    .split(/\n\s*\n/)
    .find((paragraph) => paragraph.trim() !== '')
    ?.replace(/\s+/g, ' ')
    .trim();
}

const firstSentence = (text) => /^.*?[.:](?= |$)/.exec(text)?.[0].replace(/:$/, '.') ?? text;

/** The text of the documentation comment right before the declaration of a name; `undefined` if there is none. */
export function documentationOf(source, name) {
  const declared = new RegExp(
    `(?:^|\\n)(/\\*\\*(?:(?!\\*/)[\\s\\S])*\\*/)?\\s*export (?:declare )?(?:abstract |async )?(?:interface|type|function|const|class) ${name}\\b`,
  );
  const comment = declared.exec(source)?.[1];
  return comment === undefined ? undefined : textOf(comment);
}

/** The entries of a package, each with its index file relative to src/. */
const entriesOf = ({ name, exports }) =>
  Object.entries(exports)
    .filter(([, target]) => typeof target === 'object')
    .map(([path, target]) => ({
      entry: path.replace(/^\./, name),
      index: target.default.replace('./dist/', '').replace(/\.js$/, '.ts'),
    }));

/**
 * Every public name, entry by entry.
 *
 * @param read reads a file by its path relative to src/.
 */
export function publicNames(manifest, read) {
  return entriesOf(manifest).map(({ entry, index }) => ({
    entry,
    index,
    names: exportsOf(index, read(index))
      .map(({ name, path }) => ({ name, path, text: documentationOf(read(path), name) }))
      .toSorted((a, b) => a.name.localeCompare(b.name, 'en')),
  }));
}

const cell = (text) => text.replace(/\|/g, '\\|');

/** docs/reference.md as it should be. A name has its anchor in the first entry that exports it. */
export function referenceOf(entries) {
  const seen = new Set();
  const row = ({ name, path, text = '' }) => {
    const anchor = seen.has(name) ? '' : `<a id="${name}"></a>`;
    seen.add(name);
    return `| ${anchor}[\`${name}\`](../src/${path}) | ${cell(firstSentence(text))} |`;
  };
  const sections = entries.map(({ entry, names }) =>
    [`## \`${entry}\``, '', '| name | what it is |', '| --- | --- |', ...names.map(row), ''].join('\n'),
  );
  return [HEAD, ...sections].join('\n');
}

/** The reference of the project whose root is given. */
export function projectReference(root) {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return publicNames(manifest, (path) => readFileSync(join(root, 'src', path), 'utf8'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = dirname(dirname(process.argv[1]));
  writeFileSync(join(root, 'docs/reference.md'), referenceOf(projectReference(root)));
}
