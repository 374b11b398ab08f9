/**
 * Writes the tables of the machines' steps, `src/machines/steps.ts`: every step that XState makes of them. The
 * library runs by these tables, and so loads neither XState nor the machines.
 *
 * `npm run steps` brings them up to date after a machine was changed; a test fails when they are not.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** How wide a line of code is at most. */
const WIDTH = 120;

/**
 * The table of a machine, found by asking a stepper for every state and event.
 *
 * @param stepper of the machine, by XState.
 * @param events every event type of the machine.
 */
function tableOf(id, events, stepper) {
  const initial = stepper.initial();
  const found = new Map([[initial.next.path, initial.next]]);
  const states = {};
  const entryOf = ({ next, effects }) => [next.path, ...effects];
  for (const [path, state] of found) {
    if (state.isFinal) {
      states[path] = 'final';
      continue;
    }
    const row = {};
    for (const event of events) {
      const step = stepper.step(state, event);
      if (step.next === state && step.effects.length === 0) continue;
      found.set(step.next.path, step.next);
      row[event] = entryOf(step);
    }
    states[path] = row;
  }
  return { id, initial: entryOf(initial), states };
}

const quoted = (text) => `'${text}'`;
const keyOf = (name) => (/^\w+$/.test(name) ? name : quoted(name));

function listOf(items, indent, before) {
  const line = `[${items.map(quoted).join(', ')}]`;
  if (before.length + line.length + 1 <= WIDTH) return line;
  return `[\n${items.map((item) => `${indent}  ${quoted(item)},\n`).join('')}${indent}]`;
}

function tableText({ id, initial, states }) {
  const rows = Object.entries(states).flatMap(([path, row]) => {
    if (row === 'final') return `    ${keyOf(path)}: 'final',`;
    const entries = Object.entries(row).map(([event, entry]) => {
      const start = `      ${keyOf(event)}: `;
      return `${start}${listOf(entry, '      ', start)},`;
    });
    return [`    ${keyOf(path)}: {`, ...entries, '    },'];
  });
  const machine = `typeof ${id}Machine`;
  return [
    `export const ${id}Steps: StepTable<StateNameOf<${machine}>, EffectOf<${machine}>> = {`,
    `  id: '${id}',`,
    `  initial: ${listOf(initial, '  ', '  initial: ')},`,
    '  states: {',
    ...rows,
    '  },',
    '};',
    '',
  ].join('\n');
}

/** The file that holds the tables, formatted as the project's code is. */
export function stepsFile(tables) {
  const imports = [
    ['EffectOf, StateNameOf', './machine-types.js'],
    ['StepTable', './step-table.js'],
    ...tables.map(({ id }) => [`${id}Machine`, `./${id}-machine.js`]),
  ].toSorted(([, a], [, b]) => (a < b ? -1 : 1));
  return [
    [
      '// Every step of the machines, as XState makes it. Written by `npm run steps`.',
      '',
      ...imports.map(([names, from]) => `import type { ${names} } from '${from}';`),
      '',
    ].join('\n'),
    ...tables.map(tableText),
  ].join('\n');
}

/** The tables of machines, each by its own stepper. */
export const tablesOf = (machines, createStepper) =>
  machines.map((machine) => tableOf(machine.id, machine.events, createStepper(machine)));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { connectionMachine, dialerMachine, supervisorMachine, createStepper } = await import(
    '../dist/machines/index.js'
  );
  const tables = tablesOf([connectionMachine, dialerMachine, supervisorMachine], createStepper);
  writeFileSync(new URL('../src/machines/steps.ts', import.meta.url), stepsFile(tables));
}
