import { expect, test } from 'vitest';
import { and, createMachine, not, or, stateIn } from 'xstate';
import { describeMachine } from '../../../src/machines/diagram/describe.js';
import {
  conditionOf,
  expressionOf,
  guardExpression,
  scxmlEvent,
  scxmlName,
  staysInside,
} from '../../../src/machines/diagram/scxml-condition.js';

const described = (states: object, root: object = {}) => {
  const machine = createMachine({ id: 'm', initial: Object.keys(states)[0], ...root, states } as never);
  const all = describeMachine(machine).states;
  const transitions = all.flatMap((state) => state.transitions);
  const context = {
    guards: {},
    events: transitions.map(scxmlEvent),
    byId: new Map(all.map((state) => [state.id, state])),
  };
  return { transitions, context };
};

test.each([
  ['a.b', 'a.b'],
  ['with space', 'with_x20_space'],
  ['a.*', 'a.*'],
  ['a..b', 'a._x2E_b'],
  ['a_x20_b', 'a_x5F_x20_b'],
])('the event %j is called %j', (event, name) => {
  expect(scxmlName(event)).toBe(name);
});

test('no two events are called alike, also where one is written like the number of a character', () => {
  const events = ['_x20 ', ' x20_', '_x20.', ' x2E_', '_x20_', ' ', '_x5F_', '_', '__x20 '];
  expect(new Set(events.map(scxmlName)).size).toBe(events.length);
});

test('a guard called like a member of every object is a member of guards', () => {
  const { transitions, context } = described({ a: { on: { x: { guard: 'constructor', target: 'b' } } }, b: {} });
  const [transition] = transitions;
  expect(transition?.guard && guardExpression(transition.guard, context)).toBe('guards["constructor"]');
});

test('an expression has no end of a line in a string, which ECMAScript 5 refuses', () => {
  expect(expressionOf({ a: '\u2028\u2029\n' })).toBe(String.raw`{"a":"\u2028\u2029\n"}`);
});

test('a route is taken when the event names its state', () => {
  const { transitions, context } = described({ a: {}, b: { id: 'there', route: {} } });
  const [transition] = transitions;
  expect(transition && conditionOf(transition, context)).toBe('_event.data.to === "#there"');
});

test.each([
  [and(['isA', not('isB')]), '(guards["isA"] && !guards["isB"])'],
  [or(['isA', () => true]), '(guards["isA"] || guards["guard_1"])'],
  [stateIn('#m.b'), "(In('b'))"],
  [stateIn('nowhere'), 'false'],
])('a guard is an expression of ECMAScript (%#)', (guard, expression) => {
  const { transitions, context } = described({ a: { on: { x: { guard, target: 'b' } } }, b: {} });
  const [transition] = transitions;
  expect(transition?.guard && guardExpression(transition.guard, context)).toBe(expression);
});

test('an event is named where SCXML would take a longer one as well', () => {
  const { transitions, context } = described({ a: { on: { x: 'b', 'x.y': 'b' } }, b: {} });
  expect(transitions.map((transition) => conditionOf(transition, context))).toEqual(['_event.name === "x"', undefined]);
});

test('a transition is held back while one in a region that leaves no state is taken', () => {
  const regions = { one: { on: { x: { guard: 'isA', actions: 'light' } } }, two: {} };
  const { transitions, context } = described({ p: { type: 'parallel', on: { x: 'q' }, states: regions }, q: {} });
  expect(transitions.map((transition) => conditionOf(transition, context))).toEqual([
    `!(In('p_one') && guards["isA"])`,
    'guards["isA"]',
  ]);
});

test('a transition to its own atomic state leaves no state, unless it enters again', () => {
  const { transitions, context } = described({ a: { on: { x: 'a', y: { target: 'a', reenter: true } } } });
  const state = context.byId.get('a');
  expect(transitions.map((transition) => state && staysInside(transition, state))).toEqual([true, false]);
});
