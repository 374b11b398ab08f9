import { expect, test } from 'vitest';
import { and, assign, createMachine, not, raise } from 'xstate';
import { toXStateJson } from '../../../src/machines/diagram/xstate-json.js';

test("functions are names, and XState's own actions objects with their arguments", () => {
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    states: {
      a: {
        entry: [() => {}, raise({ type: 'y' }), assign({ n: () => 1 }), { type: 'light', params: { level: 3 } }],
        on: { x: { guard: and(['isA', not(() => true)]), target: 'a' } },
      },
    },
  });
  expect(JSON.parse(toXStateJson(machine))).toEqual({
    id: 'm',
    initial: 'a',
    states: {
      a: {
        entry: [
          'action_1',
          { type: 'xstate.raise', params: { event: { type: 'y' } } },
          'assign_1',
          { type: 'light', params: { level: 3 } },
        ],
        on: { x: { guard: 'isA and not guard_1', target: 'a' } },
      },
    },
  });
});
