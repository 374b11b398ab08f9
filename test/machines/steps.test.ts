import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { AnyStateNode } from 'xstate';
import { stepsFile, tablesOf } from '../../scripts/step-tables.mjs';
import { connectionMachine, createStepper, dialerMachine, supervisorMachine } from '../../src/machines/index.js';
import type { Step } from '../../src/machines/machine-state.js';
import { tableStepper } from '../../src/machines/step-table.js';
import { connectionSteps, dialerSteps, supervisorSteps } from '../../src/machines/steps.js';

const leavesOf = (node: AnyStateNode): readonly AnyStateNode[] => {
  const inner = Object.values(node.states);
  return inner.length === 0 ? [node] : inner.flatMap(leavesOf);
};

const plain = ({ next, effects }: Step) => ({ next: [next.path, next.name, next.isFinal], effects });

test('the tables are those that XState makes of the machines; after a change of one run `npm run steps`', async () => {
  const tables = tablesOf([connectionMachine, dialerMachine, supervisorMachine], createStepper);
  expect([connectionSteps, dialerSteps, supervisorSteps]).toEqual(tables);
  const file = new URL('../../src/machines/steps.ts', import.meta.url);
  expect(await readFile(file, 'utf8')).toBe(stepsFile(tables));
});

describe.each([
  { machine: connectionMachine, table: connectionSteps },
  { machine: dialerMachine, table: dialerSteps },
  { machine: supervisorMachine, table: supervisorSteps },
])('the table of the $machine.id machine', ({ machine, table }) => {
  const byXState = createStepper(machine);
  const byTable = tableStepper<string, string>(table);

  test('has every state of the machine', () => {
    const leaves = leavesOf(machine.root).map(({ path }) => path.join('.'));
    expect(Object.keys(table.states).toSorted()).toEqual(leaves.toSorted());
  });

  test('begins as the machine does', () => {
    expect(plain(byTable.initial())).toEqual(plain(byXState.initial()));
  });

  test.each(Object.keys(table.states))('takes each event in %s as XState does', (path) => {
    for (const event of [...machine.events, 'no.such.event'])
      expect(plain(byTable.step(byTable.at(path), event)), event).toEqual(
        plain(byXState.step(byXState.at(path), event)),
      );
  });
});
