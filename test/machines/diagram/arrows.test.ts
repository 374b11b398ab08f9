import { expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { drawingOf, historyMark } from '../../../src/machines/diagram/arrows.js';
import { describeMachine } from '../../../src/machines/diagram/describe.js';

test('one arrow stands for all events that lead the same way under the same guard with the same effects', () => {
  const machine = createMachine({
    initial: 'a',
    states: {
      a: { on: { x: 'b', y: 'b', z: { guard: 'isA', target: 'b' }, w: { target: 'b', actions: 'light' } } },
      b: {},
    },
  });
  const { arrows } = drawingOf(describeMachine(machine));
  expect(arrows.map(({ from, to, label }) => [from.id, to.id, label])).toEqual([
    ['a', 'b', 'x, y'],
    ['a', 'b', 'z [isA]'],
    ['a', 'b', 'w / light'],
  ]);
});

test('a transition with several targets has an arrow to each, and a history state one to where it begins', () => {
  const machine = createMachine({
    initial: 'a',
    states: {
      a: { on: { x: ['p.one.c', 'p.two.e'] } },
      p: {
        type: 'parallel',
        states: {
          one: { initial: 'b', states: { b: {}, c: {}, past: { type: 'history', history: 'deep' } } },
          two: { initial: 'd', states: { d: {}, e: {} } },
        },
      },
    },
  } as never);
  const { arrows, parentOf, byId } = drawingOf(describeMachine(machine));
  expect(arrows.map(({ from, to, label }) => [from.id, to.id, label])).toEqual([
    ['a', 'p_one_c', 'x'],
    ['a', 'p_two_e', 'x'],
    ['p_one_past', 'p_one_b', 'default'],
  ]);
  const past = byId.get('p_one_past');
  expect(past && [historyMark(past), parentOf(past)?.id]).toEqual(['H*', 'p_one']);
});
