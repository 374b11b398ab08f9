import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codeBlocks } from '../../scripts/documents.mjs';

/** The examples that put a framework's WebSockets under supervision: docs/frameworks.md links to them. */
const RECIPES = [
  'express-jwt',
  'express-session',
  'fastify-jwt',
  'fastify-rooms',
  'hono',
  'koa',
  'passport',
  'socket-io-beside',
  'vite',
];

/** How many lines are the user's own, at most. */
const MOST_LINES = 30;

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The lines of a recipe without imports, comments, blank lines, and what runs it as a program. */
function ownLines(source: string): string[] {
  const [recipe = ''] = source.split('if (process.argv[1] === fileURLToPath');
  return recipe
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^import\b[\s\S]*?;$/gm, '')
    .split('\n')
    .filter((line) => !/^\s*(?:\/\/.*)?$/.test(line));
}

test.each(RECIPES)(`%s is at most ${MOST_LINES} lines of the user's own`, (name) => {
  const lines = ownLines(read(`examples/${name}.ts`));
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.length).toBeLessThanOrEqual(MOST_LINES);
});

test.each(RECIPES)('%s is in docs/frameworks.md', (name) => {
  expect(read('docs/frameworks.md')).toContain(`(../examples/${name}.ts)`);
});

/** The pages on which a program is shown that is to be copied. */
const PAGES = ['authentication', 'deploying', 'fastify', 'frameworks', 'nest', 'websocket', 'ws'];

test.each(PAGES)(`every program on the page %s is at most ${MOST_LINES} lines of the user's own`, (page) => {
  const programs = codeBlocks(read(`docs/${page}.md`)).filter(({ language }) => /^[jt]s\b/.test(language));
  expect(programs.length).toBeGreaterThan(0);
  expect(programs.filter(({ code }) => ownLines(code).length > MOST_LINES)).toEqual([]);
});

test(`the recipe for Next.js is at most ${MOST_LINES} lines of the user's own`, () => {
  const recipe = codeBlocks(read('docs/frameworks.md')).find(({ code }) => code.includes("from 'next'"));
  const lines = ownLines(recipe?.code ?? '');
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.length).toBeLessThanOrEqual(MOST_LINES);
});

test('lines of code count, and nothing else', () => {
  const source = [
    '/** A comment',
    ' */',
    "import { a } from 'a';",
    'import {',
    '  b,',
    "} from 'b';",
    '',
    '// A comment.',
    'const c = a;',
    '  b(c); // Another.',
    'if (process.argv[1] === fileURLToPath(import.meta.url)) {',
    '  b(a);',
    '}',
  ];
  expect(ownLines(source.join('\n'))).toEqual(['const c = a;', '  b(c); // Another.']);
});
