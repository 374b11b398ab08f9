import { expect, test } from 'vitest';
import { and, createMachine, not, or, stateIn } from 'xstate';
import { createNamer } from '../../../src/machines/diagram/describe-action.js';
import { describeGuard, pathOf } from '../../../src/machines/diagram/describe-guard.js';

const machine = createMachine({
  id: 'm',
  initial: 'a',
  states: { a: { initial: 'b', states: { b: { id: 'far' }, c: {} } } },
});
const described = (guard: unknown) =>
  describeGuard(guard, machine, createNamer(new Set()), (node) => node.path.join('/'));

test('a combination of guards is described with what it combines', () => {
  const inline = () => true;
  expect(described(and(['isA', or([inline, not({ type: 'isB' })])]))).toMatchObject({
    kind: 'and',
    guards: [
      { kind: 'named', name: 'isA' },
      {
        kind: 'or',
        guards: [
          { kind: 'inline', name: 'guard_1', implementation: inline },
          { kind: 'not', guards: [{ kind: 'named', name: 'isB' }] },
        ],
      },
    ],
  });
});

test('a function that is called like a combination is an inline guard', () => {
  const { not: guard } = { not: () => true };
  expect(described(guard)).toMatchObject({ kind: 'inline', name: 'guard_1' });
});

test.each([
  ['#far', ['a/b']],
  ['a.c', ['a/c']],
  [{ a: 'b' }, ['a/b']],
  [{ a: {} }, ['a']],
  ['nowhere', []],
])('stateIn(%j) names the states that must be active', (value, states) => {
  expect(described(stateIn(value))).toMatchObject({ kind: 'stateIn', states });
});

test('a path has keys between dots, and a backslash before a dot of a key', () => {
  expect(pathOf('a.b\\.c')).toEqual(['a', 'b.c']);
});
