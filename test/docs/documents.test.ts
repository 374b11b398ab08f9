import { expect, test } from 'vitest';
import { anchors, codeBlocks, relativeLinks } from '../../scripts/documents.mjs';

test('relative links are those within the project, outside of code', () => {
  const text = 'See [a](docs/a.md#b), [web](https://example.com), and [below](#c).\n\n```md\n[no](link.md)\n```\n';
  expect(relativeLinks(text)).toEqual(['docs/a.md#b', '#c']);
});

test('anchors are those of headings, as GitHub forms them, and those set by hand', () => {
  expect(anchors('# One, two\n\n## One two\n\n| <a id="Frame"></a>`Frame` |\n')).toEqual([
    'one-two',
    'one-two-1',
    'Frame',
  ]);
});

test('a program that is marked runs', () => {
  const text = 'Text.\n\n```ts run\na();\n```\n\n```ts\nb();\n```\n';
  expect(codeBlocks(text)).toEqual([
    { language: 'ts', isRun: true, code: 'a();\n', line: 4 },
    { language: 'ts', isRun: false, code: 'b();\n', line: 8 },
  ]);
});
