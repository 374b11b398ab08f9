import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { diagramBlock, withDiagrams } from '../../scripts/readme-diagrams.mjs';
import { connectionMachine, dialerMachine, supervisorMachine, toMermaid } from '../../src/machines/index.js';

const root = new URL('../../', import.meta.url);

const diagrams = {
  connection: toMermaid(connectionMachine),
  dialer: toMermaid(dialerMachine),
  supervisor: toMermaid(supervisorMachine),
};

/** Every Markdown file at the root and in docs/, by path. */
async function documents(): Promise<Map<string, string>> {
  const paths = (
    await Promise.all(
      ['', 'docs/'].map(async (folder) => (await readdir(new URL(folder, root))).map((name) => folder + name)),
    )
  ).flat();
  const texts = paths
    .filter((path) => path.endsWith('.md'))
    .map(async (path) => [path, await readFile(new URL(path, root), 'utf8')] as const);
  return new Map(await Promise.all(texts));
}

test('README.md shows the connection machine as it is', async () => {
  const block = diagramBlock('connection', diagrams.connection);
  expect((await documents()).get('README.md'), `README.md lacks this:\n\n${block}\n`).toContain(block);
});

test('every diagram in README.md and docs/ is that of the machine', async () => {
  for (const [path, text] of await documents())
    expect(text, `${path} is outdated: npm run build && node scripts/readme-diagrams.mjs`).toBe(
      withDiagrams(text, diagrams),
    );
});

test('an outdated diagram is replaced, and nothing around it', () => {
  const document = 'before\n<!-- diagram:a -->\nold\n<!-- /diagram:a -->\nafter\n';
  expect(withDiagrams(document, { a: 'new\n' })).toBe(
    'before\n<!-- diagram:a -->\n\n```mermaid\nnew\n```\n\n<!-- /diagram:a -->\nafter\n',
  );
});

test('a document without markers stays as it is', () => {
  expect(withDiagrams('no markers', { a: 'new' })).toBe('no markers');
});
