import { describe, expect, test } from 'vitest';
import { toMermaid } from '../../src/inspect/index.js';
import { MACHINES } from './machines.js';
import { marks } from './marks.js';
import { hasReaders, readerPath, whatIsMissing } from './packages.js';

if (!hasReaders) whatIsMissing();

interface Mermaid {
  initialize(options: object): void;
  parse(text: string): Promise<{ diagramType: string }>;
}

/** Mermaid's own parser; it asks for a window to clean texts with. */
async function mermaid(): Promise<Mermaid> {
  const { JSDOM } = (await import(readerPath('jsdom'))) as {
    JSDOM: new (html: string) => { window: { document: object } };
  };
  const { window } = new JSDOM('<!doctype html>');
  Object.assign(globalThis, { window, document: window.document });
  return ((await import(readerPath('mermaid'))) as { default: Mermaid }).default;
}

describe.runIf(hasReaders)('Mermaid', () => {
  test.each(MACHINES)(
    'reads the diagram of %s',
    async (_name, machine) => {
      const reader = await mermaid();
      for (const text of [toMermaid(machine), toMermaid(machine, { marks })])
        await expect(reader.parse(text)).resolves.toMatchObject({ diagramType: 'stateDiagram' });
    },
    30_000,
  );
});
