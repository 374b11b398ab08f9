import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { documentationOf, projectReference, publicNames, referenceOf } from '../../scripts/reference.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('docs/reference.md says what the source says', async () => {
  expect(
    await readFile(join(root, 'docs/reference.md'), 'utf8'),
    'docs/reference.md is outdated: npm run reference',
  ).toBe(referenceOf(projectReference(root)));
});

test('every public name is documented', () => {
  const undocumented = projectReference(root).flatMap(({ entry, names }) =>
    names.filter(({ text }) => text === undefined).map(({ name, path }) => `${entry}: ${name} in src/${path}`),
  );
  expect(undocumented).toEqual([]);
});

describe('the documentation of a name', () => {
  test.each([
    ['/** Opens. It takes a while. */\nexport function open(): void {', 'Opens. It takes a while.'],
    ['/** Opens. @throws {Error} always */\nexport async function open(): void {', 'Opens.'],
    ['/**\n * Opens\n * a door.\n *\n * More.\n */\nexport const open = 1;', 'Opens a door.'],
    ['/** What {@link shut | shutting} undoes. */\nexport interface open {', 'What `shut` undoes.'],
    ['/** Of another. */\nconst other = 1;\nexport class open {', undefined],
    ['export type open = 1;', undefined],
  ])('in %j is %j', (source, text) => {
    expect(documentationOf(source, 'open')).toBe(text);
  });
});

test('each name is listed under its entry, with its first sentence, and has one anchor', () => {
  const files: Record<string, string> = {
    'index.ts': "export { b, type A } from './a.js';\n",
    'more/index.ts': "export { b } from '../a.js';\n",
    'a.ts': '/** One | two. More of it. */\nexport type A = 1;\n/** The other. */\nexport const b = 2;\n',
  };
  const manifest = {
    name: 'p',
    exports: {
      '.': { default: './dist/index.js' },
      './more': { default: './dist/more/index.js' },
      './package.json': './package.json',
    },
  };
  const reference = referenceOf(publicNames(manifest, (path) => files[path] ?? ''));
  expect(reference.slice(reference.indexOf('## '))).toBe(
    [
      '## `p`\n\n| name | what it is |\n| --- | --- |',
      '| <a id="A"></a>[`A`](../src/a.ts) | One \\| two. |',
      '| <a id="b"></a>[`b`](../src/a.ts) | The other. |\n',
      '## `p/more`\n\n| name | what it is |\n| --- | --- |',
      '| [`b`](../src/a.ts) | The other. |\n',
    ].join('\n'),
  );
});
