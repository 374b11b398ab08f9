import { expect, test } from 'vitest';
import { createMachine, fromPromise } from 'xstate';
import { describeMachine, within } from '../../../src/machines/diagram/describe.js';

const idsOf = (states: Record<string, object>, id = 'm') =>
  describeMachine(createMachine({ id, initial: Object.keys(states)[0] ?? '', states })).states.map((state) => state.id);

test('ids are unique, stable, and identifiers in every format', () => {
  const states = { a: { initial: 'b', states: { b: {} } }, a_b: {}, A: {}, end: {}, '1': {}, 'x y': {}, 日: {} };
  const ids = idsOf(states);
  expect(ids).toEqual(['m', 's_1', 'a', 'a_b', 'a_b_2', 'A_2', 's_end_', 'x_y', 's__']);
  expect(idsOf(states)).toEqual(ids);
});

test('no id is one that Mermaid gives to its own circles in a state', () => {
  const ids = idsOf({ a: { initial: 'start', states: { start: {}, end: {} } }, a_end: {}, root: {}, start: {}, s: {} });
  expect(ids).toEqual(['m', 'a', 'a_start_', 'a_end_', 'a_end__2', 's_root', 's_start_', 's']);
});

test('a state called like the machine keeps its name', () => {
  expect(idsOf({ lamp: {} }, 'lamp')).toEqual(['lamp_2', 'lamp']);
});

test('the timers that XState adds for delays are no actions of the state', () => {
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    states: { a: { entry: 'light', after: { 100: 'b', LATER: 'b' } }, b: {} },
  });
  const [, a] = describeMachine(machine).states;
  expect(a?.entry.map(({ name }) => name)).toEqual(['light']);
  expect(a?.exit).toEqual([]);
  expect(a?.delays).toEqual([
    { event: 'xstate.after.100.m.a', delay: 100 },
    { event: 'xstate.after.LATER.m.a', delay: 'LATER' },
  ]);
});

test('transitions stand in the order in which XState tries them, with what sets them off', () => {
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    states: {
      a: {
        initial: 'b',
        states: { b: { type: 'final' } },
        invoke: { id: 'fetch', src: fromPromise(async () => 1), onDone: 'c', onError: 'c' },
        on: { '*': 'c', 'x.*': 'c', x: 'c' },
        after: { 5: 'c' },
        always: { guard: 'isA', target: 'c' },
        onDone: 'c',
      },
      c: {},
    },
  });
  const [, a] = describeMachine(machine).states;
  expect(a?.transitions.map(({ trigger, event }) => [trigger.kind, event])).toEqual([
    ['always', ''],
    ['event', 'x'],
    ['done', 'xstate.done.state.m.a'],
    ['actor-done', 'xstate.done.actor.fetch'],
    ['actor-error', 'xstate.error.actor.fetch'],
    ['after', 'xstate.after.5.m.a'],
    ['event', 'x.*'],
    ['event', '*'],
  ]);
  expect(a?.invokes).toMatchObject([{ id: 'fetch', src: 'actor_1' }]);
});

test('a history state leads to its target, or to where its parent begins', () => {
  const machine = createMachine({
    initial: 'a',
    states: {
      a: { initial: 'b', states: { b: {}, c: {}, h: { type: 'history' }, d: { history: 'deep', target: 'c' } } },
    },
  });
  const [, , , h, d] = within(describeMachine(machine).root).slice(1);
  expect(h).toMatchObject({ history: 'shallow', historyTargets: ['a_b'] });
  expect(d).toMatchObject({ history: 'deep', historyTargets: ['a_c'] });
});

test('context and delays that are data are described, and no functions', () => {
  const machine = createMachine({ context: { n: 1 } }).provide({ delays: { A: 5, B: () => 6 } });
  expect(describeMachine(machine)).toMatchObject({ context: { n: 1 }, delays: { A: 5 } });
  expect(describeMachine(createMachine({ context: () => ({ n: 1 }) })).context).toBeUndefined();
});

test('of meta the part is described that is data: a function would be printed with its body', () => {
  const machine = createMachine({ id: 'm', initial: 'a', states: { a: { meta: { view: () => 5, level: 1 } } } });
  expect(describeMachine(machine).states[1]?.meta).toEqual({ level: 1 });
});

test('a route is a transition of the machine to the state that has it, under the guard that its source has', () => {
  const states = { a: { id: 'there', route: { guard: 'isOk' } }, b: { id: 'here', route: {} } };
  const { root } = describeMachine(createMachine({ id: 'm', initial: 'a', states } as never));
  expect(root.transitions).toMatchObject([
    { trigger: { kind: 'route', id: 'there' }, targets: ['a'], guard: { kind: 'named', name: 'isOk' } },
    { trigger: { kind: 'route', id: 'here' }, targets: ['b'], guard: undefined },
  ]);
});

test('the id in the system of an invoked actor is described', () => {
  const invoke = { src: 'child', id: 'c', systemId: 'clock' };
  const machine = createMachine({ id: 'm', initial: 'a', states: { a: { invoke } } });
  expect(describeMachine(machine).states[1]?.invokes).toMatchObject([{ id: 'c', systemId: 'clock', src: 'child' }]);
});
