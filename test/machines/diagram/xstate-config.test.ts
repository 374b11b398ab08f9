import { expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { describeMachine } from '../../../src/machines/diagram/describe.js';
import { guardName } from '../../../src/machines/diagram/label.js';
import { configOf, type Spelling } from '../../../src/machines/diagram/xstate-config.js';

const SPELLING: Spelling = {
  action: ({ name }) => name,
  guard: guardName,
  historyTargets: (targets) => targets,
};

test('a configuration has what the machine has, in the shortest form', () => {
  const config = {
    id: 'm',
    context: { n: 1 },
    initial: 'a',
    on: { reset: '#m.a' },
    states: {
      a: {
        entry: 'light',
        on: { x: [{ guard: 'isA', target: 'b' }, { target: '#m.c\\.d' }], y: { actions: ['light', 'note'] } },
      },
      b: {
        type: 'parallel',
        states: { one: {}, two: {}, past: { type: 'history', history: 'deep', target: ['#m.b.one', '#m.b.two'] } },
      },
      'c.d': {
        after: { '100': 'a', LATER: { target: 'a', reenter: true } },
        tags: ['t'],
        invoke: { id: 'i', systemId: 'clock', src: 's', onDone: 'a' },
        id: 'far',
        route: { guard: 'isA' },
      },
    },
  };
  const written = configOf(describeMachine(createMachine(config as never)), SPELLING);
  expect(written).toEqual(config);
});

test('a state whose key begins with # is targeted by its whole id: in a path XState took the key for an id', () => {
  const states = { '#': { id: 'sharp' }, a: { on: { x: '#sharp', y: '#deep' }, states: {} }, '#b': {} };
  const nested = { ...states, '#b': { initial: 'c', states: { c: { id: 'deep' } } } };
  const written = configOf(
    describeMachine(createMachine({ id: 'm.n', initial: 'a', states: nested } as never)),
    SPELLING,
  );
  expect(written).toMatchObject({ states: { a: { on: { x: '#sharp', y: '#deep' } } } });
  expect(() => createMachine(written)).not.toThrow();
});

test('the default target of a history state is not written, since XState has it as well', () => {
  const config = { id: 'm', initial: 'a', states: { a: { on: { x: 'h' } }, h: { type: 'history', history: 'deep' } } };
  const written = configOf(describeMachine(createMachine(config as never)), SPELLING);
  expect(written).toEqual(config);
});
