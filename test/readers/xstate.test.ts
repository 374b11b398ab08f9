import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type AnyStateMachine, and, createMachine, fromPromise, not, or, raise, stateIn } from 'xstate';
import { toXStateJson, toXStateSource } from '../../src/inspect/index.js';
import { describeMachine } from '../../src/machines/diagram/describe.js';
import type { GuardDescription } from '../../src/machines/diagram/description.js';
import { guardName } from '../../src/machines/diagram/label.js';
import { MACHINES } from './machines.js';
import { randomWalks, snapshotsOf } from './walks.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a guard was before it was written. */
function revived(guard: GuardDescription): unknown {
  if (guard.kind === 'stateIn') return stateIn(guard.stateValue as string);
  if (guard.kind === 'named' || guard.kind === 'inline') return guard.implementation;
  const guards = guard.guards.map(revived) as string[];
  if (guard.kind === 'not') return not(guards[0] ?? '');
  return guard.kind === 'and' ? and(guards) : or(guards);
}

/** Gives a machine that was read back the functions that no text carries, by their names. */
function provided(read: AnyStateMachine, original: AnyStateMachine): AnyStateMachine {
  const { states } = describeMachine(original);
  const transitions = states.flatMap((state) => state.transitions);
  const guards = transitions.flatMap(({ guard }) =>
    guard === undefined || guard.kind === 'named' ? [] : [guard, ...insideOf(guard)],
  );
  const actions = states.flatMap(({ entry, exit, initial, ...state }) => [
    ...entry,
    ...exit,
    ...(initial?.actions ?? []),
    ...state.transitions.flatMap((transition) => transition.actions),
  ]);
  const own = actions.filter(({ kind }) => kind !== 'named');
  const implementations = {
    actions: {
      ...original.implementations.actions,
      ...Object.fromEntries(own.map(({ kind }) => [`xstate.${kind}`, () => {}])),
      'xstate.raise': raise((_args: unknown, { event }: { event: { type: string } }) => event, {
        delay: (_args: unknown, { delay }: { delay: number }) => delay,
      } as never),
      ...Object.fromEntries(own.map(({ name, implementation }) => [name, implementation])),
    },
    guards: {
      ...original.implementations.guards,
      ...Object.fromEntries(
        guards.filter(({ kind }) => kind !== 'named').map((guard) => [guardName(guard), revived(guard)]),
      ),
    },
    actors: {
      ...original.implementations.actors,
      ...Object.fromEntries(
        states.flatMap(({ invokes }) =>
          invokes.map(({ src }) => [src, original.implementations.actors[src] ?? fromPromise(async () => 2)]),
        ),
      ),
    },
    delays: original.implementations.delays,
  };
  return read.provide(implementations);
}

const insideOf = (guard: GuardDescription): GuardDescription[] =>
  'guards' in guard ? guard.guards.flatMap((inner) => [inner, ...insideOf(inner)]) : [];

function expectSameSteps(read: AnyStateMachine, original: AnyStateMachine): void {
  const again = provided(read, original);
  for (const walk of randomWalks(original, 5, 20)) {
    const [expected, given] = [original, again].map((machine) =>
      snapshotsOf(machine, walk).map(({ value, status }) => ({ value, status })),
    );
    expect(given).toEqual(expected);
  }
}

test.each(MACHINES)('XState reads the JSON of %s, and takes the same steps', (_name, machine) => {
  const config = JSON.parse(toXStateJson(machine)) as Parameters<typeof createMachine>[0];
  expectSameSteps(createMachine(config) as AnyStateMachine, machine);
});

test.each(MACHINES)('the JSON of %s is the same after it was read', (_name, machine) => {
  const json = toXStateJson(machine);
  const config = JSON.parse(json) as Parameters<typeof createMachine>[0];
  const order = (value: string): unknown => JSON.parse(value);
  expect(order(toXStateJson(createMachine(config) as AnyStateMachine))).toEqual(order(json));
});

const OPTIONS = {
  compilerOptions: {
    target: 'es2023',
    module: 'nodenext',
    moduleResolution: 'nodenext',
    strict: true,
    skipLibCheck: true,
    noUnusedLocals: true,
    types: [],
    outDir: 'out',
  },
  include: ['*.ts'],
};

/** TypeScript gives up on the types of XState before sixty levels are reached. */
const COMPILED = MACHINES.filter(([name]) => name !== 'sixty levels');

describe('the source', () => {
  test('of the machines compiles, runs, and takes the same steps', async () => {
    // Inside the project, so that XState is found.
    const folder = mkdtempSync(join(root, 'test/readers/source-'));
    try {
      writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...OPTIONS, include: ['*.ts'] }));
      for (const [index, [, machine]] of COMPILED.entries())
        writeFileSync(join(folder, `m${index}.ts`), toXStateSource(machine));
      execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' });
      for (const [index, [, machine]] of COMPILED.entries()) {
        const url = pathToFileURL(join(folder, 'out', `m${index}.js`)).href;
        const { machine: read } = (await import(/* @vite-ignore */ url)) as { machine: AnyStateMachine };
        expectSameSteps(read, machine);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 120_000);
});
