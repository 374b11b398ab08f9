import { describe, expect, test } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { diagramParts, toMermaid } from '../../src/inspect/index.js';
import { describeMachine } from '../../src/machines/diagram/describe.js';
import { onOneLine } from '../../src/machines/diagram/label.js';
import { MACHINES } from './machines.js';
import { MARKED, marks } from './marks.js';
import { hasReaders, readerPath, whatIsMissing } from './packages.js';

if (!hasReaders) whatIsMissing();

/** What Mermaid has read: a state, which may have more inside, or a relation between two. */
type Statement =
  | { readonly stmt: 'state'; readonly id: string; readonly doc?: readonly Statement[] }
  | {
      readonly stmt: 'relation';
      readonly state1: { readonly id: string };
      readonly state2: { readonly id: string };
      readonly description?: string;
    };

interface Mermaid {
  parse(text: string): Promise<{ diagramType: string }>;
  readonly mermaidAPI: {
    getDiagramFromText(text: string): Promise<{ db: { getRootDocV2(): { readonly doc: readonly Statement[] } } }>;
  };
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

/** The names of states that Mermaid has read, without those of its own, and its relations. */
async function readBy(reader: Mermaid, text: string) {
  await expect(reader.parse(text)).resolves.toMatchObject({ diagramType: 'stateDiagram' });
  const { db } = await reader.mermaidAPI.getDiagramFromText(encoded(text));
  const all = (statements: readonly Statement[]): Statement[] =>
    statements.flatMap((one) => [one, ...(one.stmt === 'state' ? all(one.doc ?? []) : [])]);
  const statements = all(db.getRootDocV2().doc);
  const relations = statements.flatMap((one) => (one.stmt === 'relation' ? [one] : []));
  const states = statements.flatMap((one) =>
    one.stmt === 'state' ? [one.id] : one.stmt === 'relation' ? [one.state1.id, one.state2.id] : [],
  );
  const isOwn = (id: string): boolean => /_(?:start|end)$|^(?:divider|id)-/.test(id);
  return {
    states: new Set(states.filter((id) => !isOwn(id))),
    labels: relations
      .filter(({ state1, state2 }) => !isOwn(state1.id) && !isOwn(state2.id))
      .map(({ description = '' }) => decoded(description).trim()),
    ends: relations.filter(({ state2 }) => state2.id.endsWith('_end')).length,
    starts: relations.filter(({ state1 }) => state1.id.endsWith('_start')).length,
  };
}

/** As `mermaid.render` does before it parses. */
const encoded = (text: string): string => text.replaceAll(/#(\w+);/g, 'ﬂ°°$1¶ß');
const decoded = (text: string): string =>
  text.replaceAll(/ﬂ°°(\d+)¶ß/g, (_entity, code) => String.fromCodePoint(Number(code)));

function expectedOf(machine: AnyStateMachine) {
  const { states } = describeMachine(machine);
  return {
    states: new Set(states.slice(1).map(({ id }) => id)),
    labels: diagramParts(machine).edges.map(({ label }) => onOneLine(label).trim()),
    starts: states.filter(({ initial }) => initial !== undefined).length,
    ends: states.filter(({ type }) => type === 'final').length,
  };
}

describe.runIf(hasReaders)('Mermaid', () => {
  test.each(MACHINES)(
    'reads the diagram of %s, with its states and arrows and no others',
    async (_name, machine) => {
      const { labels, ...read } = await readBy(await mermaid(), toMermaid(machine));
      const { labels: expectedLabels, ...expected } = expectedOf(machine);
      read.states.delete(describeMachine(machine).root.id);
      expect(read).toEqual(expected);
      expect(labels.toSorted()).toEqual(expectedLabels.toSorted());
    },
    30_000,
  );

  test.each(MARKED)(
    'reads the marks of %s',
    async (_name, machine) => {
      const { starts, ends, labels } = await readBy(await mermaid(), toMermaid(machine, { marks }));
      const expected = expectedOf(machine);
      expect({ starts, ends }).toEqual({ starts: expected.starts, ends: expected.ends });
      expect(labels.length).toBeGreaterThanOrEqual(expected.labels.length);
    },
    30_000,
  );
});
