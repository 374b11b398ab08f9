/**
 * Checks what the documents promise and can be checked without running it: links lead somewhere, scripts that are named
 * exist, and README.md begins with a short whole program. A test checks the diagrams, and check-package the programs.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { anchors, codeBlocks, documents, relativeLinks } from './documents.mjs';

/** The first program in README.md is for reading at a glance. */
const FIRST_PROGRAM_LINES = 10;

const root = fileURLToPath(new URL('..', import.meta.url));
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const files = new Map(documents(root).map(({ path, text }) => [path, text]));

function deadLinks(path, text) {
  return relativeLinks(text).flatMap((link) => {
    const [file = '', anchor] = link.split('#', 2);
    const target = file === '' ? path : posix.join(dirname(path), file);
    if (!existsSync(join(root, target))) return [`${path} links to ${target}, which does not exist`];
    const heading = anchor === undefined || !files.has(target) || anchors(files.get(target)).includes(anchor);
    return heading ? [] : [`${path} links to ${link}, but there is no such heading`];
  });
}

function missingScripts(path, text) {
  const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1]);
  return named
    .filter((name) => scripts[name] === undefined)
    .map((name) => `${path} names npm run ${name}, which does not exist`);
}

function firstProgram() {
  const first = codeBlocks(files.get('README.md') ?? '').find(({ language }) => language === 'ts');
  if (first === undefined) return ['README.md shows no program'];
  const lines = first.code.trimEnd().split('\n').length;
  return lines <= FIRST_PROGRAM_LINES
    ? []
    : [`the first program in README.md has ${lines} lines, more than ${FIRST_PROGRAM_LINES}`];
}

const faults = [
  ...[...files].flatMap(([path, text]) => [...deadLinks(path, text), ...missingScripts(path, text)]),
  ...firstProgram(),
];
for (const fault of faults) console.error(fault);
console.log(
  faults.length === 0 ? `ok      ${files.size} documents` : `FAILED  ${faults.length} faults in the documents`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
