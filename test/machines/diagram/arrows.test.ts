import { expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { type Drawing, drawingOf, historyMark } from '../../../src/machines/diagram/arrows.js';
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

test('an arrow has the same id with marks as without: that of the first of its transitions', () => {
  const machine = createMachine({
    initial: 'a',
    states: {
      a: {
        on: {
          w: { guard: 'isA', target: 'b' },
          x: [
            { guard: 'isA', target: 'b' },
            { guard: 'isB', target: 'b' },
          ],
        },
      },
      b: {},
    },
  });
  const description = describeMachine(machine);
  const mark = { name: 'hot', color: 'red', fill: 'red' };
  const marked = drawingOf(description, {
    ofState: () => undefined,
    ofTransition: ({ event }) => (event === 'w' ? mark : undefined),
  });
  const idsOf = ({ arrows }: Drawing) => arrows.map(({ id, label }) => [id, label]);
  expect(idsOf(drawingOf(description))).toEqual([
    ['edge-a--w--b', 'w, x [isA]'],
    ['edge-a--x--b--2', 'x [isB]'],
  ]);
  expect(idsOf(marked)).toEqual([
    ['edge-a--w--b', 'w [isA]'],
    ['edge-a--x--b', 'x [isA]'],
    ['edge-a--x--b--2', 'x [isB]'],
  ]);
});
