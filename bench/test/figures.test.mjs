import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { merged, plotsOf, published, withFigures, withSummary } from '../report/figures.mjs';

const doc = (name) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const results = JSON.parse(doc('performance.json'));

test('the table in docs/performance.md is that of docs/performance.json', () => {
  const document = doc('performance.md');
  expect(withFigures(document, results)).toBe(document);
});

test('so are the figures in README.md', () => {
  const document = doc('../README.md');
  expect(withSummary(document, results)).toBe(document);
});

test('so are the plots, each of which the document shows', () => {
  const document = doc('performance.md');
  for (const { file, svg } of plotsOf(results)) {
    expect(doc(file)).toBe(svg);
    expect(document).toContain(`](${file})`);
  }
});

test('what is published has every scenario, and no single slices', () => {
  const { scenarios } = published({ scenarios: [{ name: 'echo-1', slices: { supervised: [] }, metrics: [] }] });
  expect(scenarios).toEqual([{ name: 'echo-1', metrics: [] }]);
});

test('a document without a place for figures is said to have none', () => {
  expect(() => withFigures('nothing here', results)).toThrow('<!-- figures -->');
});

test('a later run replaces the scenarios that it has measured again, and adds new ones', () => {
  const first = {
    startedAt: 'then',
    scenarios: [
      { name: 'a', run: 1 },
      { name: 'b', run: 1 },
    ],
  };
  expect(
    merged(first, {
      scenarios: [
        { name: 'c', run: 2 },
        { name: 'b', run: 2 },
      ],
    }),
  ).toEqual({
    startedAt: 'then',
    scenarios: [
      { name: 'a', run: 1 },
      { name: 'b', run: 2 },
      { name: 'c', run: 2 },
    ],
  });
});
