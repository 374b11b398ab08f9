import { expect, test } from 'vitest';
import { assign, raise, sendTo } from 'xstate';
import { createNamer, describeAction } from '../../../src/machines/diagram/describe-action.js';

const described = (action: unknown) => describeAction(action, createNamer(new Set()));

test.each([
  ['light', 'named', 'light'],
  [{ type: 'light', params: { level: 1 } }, 'named', 'light'],
  [() => {}, 'inline', 'action_1'],
  [assign({ count: 1 }), 'assign', 'assign_1'],
  [raise({ type: 'x' }), 'raise', 'raise_1'],
])('an action is known by its kind and name (%#)', (action, kind, name) => {
  expect(described(action)).toMatchObject({ kind, name, implementation: action });
});

test('the arguments of a built-in action are described, those that were given', () => {
  expect(described(sendTo('child', { type: 'ping' }, { delay: 5 })).parts).toEqual({
    to: { isStatic: true, value: 'child' },
    event: { isStatic: true, value: { type: 'ping' } },
    delay: { isStatic: true, value: 5 },
  });
});

test('names are counted for each kind, and pass over those that are taken', () => {
  const nameOf = createNamer(new Set(['guard_2']));
  expect([nameOf('guard'), nameOf('action'), nameOf('guard')]).toEqual(['guard_1', 'action_1', 'guard_3']);
});
