import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { GUIDES, pageOf } from '../../docs/site/pages.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const documents = readdirSync(join(root, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);

test('every document is a page of the site, except the list of names, which the site has itself', () => {
  expect(GUIDES.filter((path) => path.startsWith('docs/')).toSorted()).toEqual(
    documents.filter((path) => path !== 'docs/reference.md').toSorted(),
  );
});

test.each(documents)('README.md links to %s', (path) => {
  expect(readme).toContain(`](${path})`);
});

test('README.md names every folder of the supervisor', () => {
  const folders = readdirSync(join(root, 'src/supervisor'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const list = /^The folders are named after it: .*$/m.exec(readme)?.[0] ?? '';
  expect(folders.filter((name) => !list.includes(`\`${name}\``))).toEqual([]);
});

describe('a page of the site', () => {
  const context = {
    entries: [{ entry: 'p/testing', index: 'testing/index.ts', names: [{ name: 'Clock', path: 'a.ts', text: 'A.' }] }],
    repository: 'https://example.com/p',
  };
  const page = (text: string) => pageOf('docs/guide.md', text, context);

  test('has the title of its document', () => {
    expect(page('# A "guide"\n\nText.\n')).toBe('---\ntitle: "A \\"guide\\""\n---\n\n# A "guide"\n\nText.\n');
  });

  test.each([
    ['a public name', '[`Clock`](reference.md#Clock)', '{@link "p/testing".Clock | `Clock`}'],
    ['an entry', '[the tests](reference.md#ptesting)', '{@link "p/testing" | the tests}'],
    ['the list of names', 'the [names](reference.md)', 'the names'],
    ['another page', '[it](supervision.md#handles)', '[it](supervision.md#handles)'],
    ['a file that is no page', '[it](../examples/a.ts)', '[it](https://example.com/p/blob/main/examples/a.ts)'],
    ['the web', '[it](https://example.com/)', '[it](https://example.com/)'],
    ['an image', '![it](a.svg)', '![it](a.svg)'],
    ['its own heading', '[it](#below)', '[it](#below)'],
  ])('links to %s', (_, text, expected) => {
    expect(page(text)).toContain(expected);
  });
});
