/**
 * Draws the machines into README.md and docs/, wherever there are markers for one:
 *
 *     <!-- diagram:connection -->
 *     <!-- /diagram:connection -->
 *
 * `npm run build && node scripts/readme-diagrams.mjs` brings them up to date; a test fails when they are not.
 */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { documents } from './documents.mjs';

const marker = (name) => `<!-- diagram:${name} -->`;
const endMarker = (name) => `<!-- /diagram:${name} -->`;

/** A diagram as it stands in a document, markers included. */
export function diagramBlock(name, diagram) {
  return `${marker(name)}\n\n\`\`\`mermaid\n${diagram.trimEnd()}\n\`\`\`\n\n${endMarker(name)}`;
}

/** A document with the diagrams between its markers as they should be; a document without markers as it is. */
export function withDiagrams(document, diagrams) {
  return Object.entries(diagrams).reduce((text, [name, diagram]) => {
    const from = text.indexOf(marker(name));
    const to = text.indexOf(endMarker(name), from);
    return from < 0 || to < 0
      ? text
      : text.slice(0, from) + diagramBlock(name, diagram) + text.slice(to + endMarker(name).length);
  }, document);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = dirname(dirname(process.argv[1]));
  const { connectionMachine, dialerMachine, supervisorMachine, toMermaid } = await import('../dist/machines/index.js');
  const diagrams = {
    connection: toMermaid(connectionMachine),
    dialer: toMermaid(dialerMachine),
    supervisor: toMermaid(supervisorMachine),
  };
  for (const { path, text } of documents(root)) {
    const drawn = withDiagrams(text, diagrams);
    if (drawn !== text) writeFileSync(join(root, path), drawn);
  }
}
