/**
 * Puts the results of a run into the documents: `node bench/publish.mjs bench/results/<time>.json`. Of several files,
 * each replaces the scenarios of those before it that it has measured again.
 *
 * Writes docs/performance.json, the plots beside it, the table in docs/performance.md, and the short one in
 * README.md. A test holds them together.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { merged, plotsOf, published, withFigures, withSummary } from './report/figures.mjs';

const docs = new URL('../docs/', import.meta.url);
const files = process.argv.slice(2);

if (files.length === 0) {
  process.stderr.write('usage: node bench/publish.mjs RESULTS.json...\n');
  process.exitCode = 2;
} else {
  const results = published(files.map((file) => JSON.parse(readFileSync(file, 'utf8'))).reduce(merged));
  writeFileSync(new URL('performance.json', docs), `${JSON.stringify(results)}\n`);
  for (const { file: name, svg } of plotsOf(results)) writeFileSync(new URL(name, docs), svg);
  const document = new URL('performance.md', docs);
  writeFileSync(document, withFigures(readFileSync(document, 'utf8'), results));
  const readme = new URL('../README.md', docs);
  writeFileSync(readme, withSummary(readFileSync(readme, 'utf8'), results));
}
