import { expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { describeMachine } from '../../../src/machines/diagram/describe.js';
import { guardName } from '../../../src/machines/diagram/label.js';
import { configOf } from '../../../src/machines/diagram/xstate-config.js';

test('a configuration has what the machine has, in the shortest form', () => {
  const config = {
    id: 'm',
    context: { n: 1 },
    initial: 'a',
    on: { reset: '#m.a' },
    states: {
      a: { entry: 'light', on: { x: [{ guard: 'isA', target: 'b' }, '#m.c\\.d'], y: { actions: ['light', 'note'] } } },
      b: { type: 'parallel', states: { one: {}, two: {}, past: { type: 'history', history: 'deep', target: ['#m.b.one', '#m.b.two'] } } },
      'c.d': { after: { '100': 'a', LATER: { target: 'a', reenter: true } }, tags: ['t'], invoke: { id: 'i', src: 's', onDone: 'a' } },
    },
  };
  const written = configOf(describeMachine(createMachine(config as never)), { action: ({ name }) => name, guard: guardName });
  expect(written).toEqual(config);
});
