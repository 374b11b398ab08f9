import { describe, expect, test } from 'vitest';
import { diagramParts, toDot } from '../../src/inspect/index.js';
import { MACHINES } from './machines.js';
import { MARKED, marks } from './marks.js';
import { hasReaders, readerPath, whatIsMissing } from './packages.js';

if (!hasReaders) whatIsMissing();

interface Viz {
  render(
    text: string,
    options: { format: string },
  ): { status: string; output?: string; errors: readonly { level?: string; message: string }[] };
}

/** An SVG that Graphviz has drawn without a complaint. */
async function drawn(text: string): Promise<string> {
  const { instance } = (await import(readerPath('@viz-js/viz'))) as { instance: () => Promise<Viz> };
  const { status, output = '', errors } = (await instance()).render(text, { format: 'svg' });
  // The WebAssembly build knows the width of few characters.
  const complaints = errors.filter(({ message }) => !/no value for width of/.test(message));
  expect({ status, complaints }).toEqual({ status: 'success', complaints: [] });
  return output;
}

async function idsOf(svg: string): Promise<string[]> {
  const { JSDOM } = (await import(readerPath('jsdom'))) as {
    JSDOM: new (
      text: string,
    ) => { window: { document: { querySelectorAll: (selector: string) => Iterable<{ readonly id: string }> } } };
  };
  const { document } = new JSDOM(svg.slice(svg.indexOf('<svg'))).window;
  return Array.from(document.querySelectorAll('g[id]'), ({ id }) => id);
}

describe.runIf(hasReaders)('Graphviz', () => {
  test.each(MACHINES)(
    'draws %s without a complaint, and each of its parts as an element with the id of the part',
    async (_name, machine) => {
      const { states, edges } = diagramParts(machine);
      const ids = await idsOf(await drawn(toDot(machine)));
      expect(ids.filter((id) => /^(?:state|edge)-/.test(id)).toSorted()).toEqual(
        [...states, ...edges].map(({ id }) => id).toSorted(),
      );
      expect(new Set(ids).size).toBe(ids.length);
    },
    30_000,
  );

  test.each(MARKED)(
    'draws the marks of %s',
    async (_name, machine) => {
      expect(await drawn(toDot(machine, { marks }))).toContain('mark_');
    },
    30_000,
  );
});
