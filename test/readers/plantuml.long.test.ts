import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AnyStateMachine } from 'xstate';
import { toPlantUml } from '../../src/inspect/index.js';
import { drawingOf } from '../../src/machines/diagram/arrows.js';
import { describeMachine } from '../../src/machines/diagram/describe.js';
import { MACHINES } from './machines.js';
import { MARKED, marks } from './marks.js';
import { whatIsMissing } from './packages.js';

const hasPlantUml = spawnSync('plantuml', ['-version'], { encoding: 'utf8' }).status === 0;
if (!hasPlantUml) whatIsMissing('plantuml is not installed: run scripts/install-peers.sh readers');

/** Draws texts, and returns the SVGs by the names of the texts. */
function drawn(texts: ReadonlyMap<string, string>): Map<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'wirekeeper-plantuml-'));
  try {
    const names = [...texts.keys()];
    for (const [index, text] of [...texts.values()].entries()) writeFileSync(join(folder, `${index}.puml`), text);
    const args = ['-charset', 'UTF-8', '-nbthread', 'auto', '-tsvg', join(folder, '*.puml')];
    const { status, stderr } = spawnSync('plantuml', args, { encoding: 'utf8' });
    const wrong = [...stderr.matchAll(/file: .*?(\d+)\.puml/g)].map(([, index]) => names[Number(index)]);
    expect({ status, wrong, stderr }).toMatchObject({ status: 0, wrong: [] });
    return new Map(names.map((name, index) => [name, readFileSync(join(folder, `${index}.svg`), 'utf8')]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The ends of the arrows that PlantUML has read, as it notes them in the SVG; its own circles are `*`. The release of
 * 2020 does not draw some arrows at the borders of states in states.
 */
const arrowsOf = (svg: string): string[] =>
  Array.from(svg.matchAll(/\nlink (\S+) to (\S+)-->/g), ([, from = '', to = '']) =>
    arrow(from.replace(/^\*start.*/, '*'), to.replace(/^\*end.*/, '*')),
  );

function expectedOf(machine: AnyStateMachine): string[] {
  const description = describeMachine(machine);
  return [
    ...drawingOf(description).arrows.map(({ from, to }) => arrow(from.id, to.id)),
    ...description.states.flatMap(({ initial }) => (initial === undefined ? [] : arrow('*', initial.target))),
    ...description.states.flatMap(({ id, type }) => (type === 'final' ? arrow(id, '*') : [])),
  ];
}

const arrow = (from: string, to: string): string => `${from} to ${to}`;

describe.runIf(hasPlantUml)('PlantUML', () => {
  test('draws every machine without an error, with its arrows and no others', () => {
    const svgs = drawn(new Map(MACHINES.map(([name, machine]) => [name, toPlantUml(machine)])));
    for (const [name, machine] of MACHINES)
      expect({ name, arrows: arrowsOf(svgs.get(name) ?? '').toSorted() }).toEqual({
        name,
        arrows: expectedOf(machine).toSorted(),
      });
  }, 120_000);

  test('draws marks', () => {
    const svgs = drawn(new Map(MARKED.map(([name, machine]) => [name, toPlantUml(machine, { marks })])));
    expect([...svgs].filter(([, svg]) => !/#(?:1A7F37|9A6700|CF222E|FF0000)/.test(svg)).map(([name]) => name)).toEqual(
      [],
    );
  }, 120_000);
});
