import { expect, test } from 'vitest';
import { and, assign, createMachine, not, raise } from 'xstate';
import { toXStateSource } from '../../../src/machines/diagram/xstate-source.js';

test('the source has calls for what is data, and stubs for functions', () => {
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    states: {
      a: {
        entry: [() => {}, raise({ type: "it's" }, { delay: 5 }), assign({ n: 1 })],
        on: { 'x.y': { guard: and(['isA', not('isB')]), target: 'a' } },
      },
    },
  });
  expect(toXStateSource(machine)).toBe(`import { and, assign, not, raise, setup } from 'xstate';

export const machine = setup({
  actions: {
    action_1: (_: unknown, _params: unknown): void => {},
  },
  guards: {
    isA: (_: unknown, _params: unknown): boolean => true,
    isB: (_: unknown, _params: unknown): boolean => true,
  },
}).createMachine({
  id: 'm',
  initial: 'a',
  states: {
    a: {
      entry: ['action_1', raise({ type: 'it\\'s' }, { delay: 5 }), assign({ n: 1 })],
      on: {
        'x.y': {
          target: 'a',
          guard: and(['isA', not('isB')]),
        },
      },
    },
  },
});
`);
});

test('no function is written with its body', () => {
  const secret = () => 'body';
  const machine = createMachine({
    id: 'm',
    context: () => ({ secret }),
    output: secret,
    initial: 'a',
    states: {
      a: { meta: { secret }, entry: { type: 'x', params: secret }, after: { 5: { guard: () => secret() !== '' } } },
    },
  });
  expect(toXStateSource(machine)).not.toContain('body');
});
