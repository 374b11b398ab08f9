import { describe, expect, test } from 'vitest';
import { and, createMachine, setup } from 'xstate';
import { type CoverageLists, coverageListsOf } from '../../../src/testing/model/coverage-lists.js';
import { createModel, type Position } from '../../../src/testing/model/model.js';
import { orderMachine } from './order.js';

test('a door: what a child state has from its parent counts for each child, unless it overrules it', () => {
  const door = createMachine({
    initial: 'shut',
    states: {
      shut: { on: { open: 'open' } },
      open: {
        initial: 'still',
        on: { shut: 'shut', push: '.swinging' },
        states: { still: {}, swinging: { on: { push: 'still' } } },
      },
      gone: { type: 'final' },
    },
  });
  const lists = coverageListsOf(door);
  expect(lists.states).toEqual(['shut', 'open', 'open.still', 'open.swinging', 'gone']);
  expect(lists.transitions).toEqual([
    'shut: open',
    'open.still: shut',
    'open.still: push',
    'open.swinging: push',
    'open.swinging: shut',
  ]);
});

test('a machine with everything: delays, always, done, and actors count where they stand', () => {
  const lists = coverageListsOf(orderMachine);
  expect(lists.states).not.toContain('shopping.last');
  expect(lists.transitions).toEqual([
    'shopping.empty: add',
    'shopping.filled: add',
    'shopping.filled: remove #1',
    'shopping.filled: remove #2',
    'shopping.filled: checkout',
    'checkout: done',
    'checkout: after 60000',
    'checkout.payment.pending: cancel',
    'checkout.payment.pending: done(charge)',
    'checkout.payment.pending: error(charge)',
    'checkout.payment.refused: retry',
    'checkout.payment.refused: cancel',
    'checkout.payment.paid: cancel',
    'checkout.address.asked: address',
    'checkout.address.asked: cancel',
    'checkout.address.given: cancel',
    'packing: always #1',
    'packing: always #2',
    'crate: after 2000',
    'box: after 1000',
  ]);
  expect(lists.guards).toEqual(
    [
      'shopping.filled: add [hasRoom]',
      'shopping.filled: remove #1 [isLast]',
      'checkout.address.asked: address [isComplete]',
      'packing: always #1 [isBig]',
    ].flatMap((guard) => [`${guard} is true`, `${guard} is false`]),
  );
});

test('states with one name at different depths are told apart', () => {
  const nested = createMachine({
    initial: 'a',
    states: {
      a: { initial: 'a', states: { a: { initial: 'a', states: { a: { on: { go: '#end' } } } } } },
      b: { id: 'end' },
    },
  });
  expect(coverageListsOf(nested).states).toEqual(['a', 'a.a', 'a.a.a', 'b']);
  expect(coverageListsOf(nested).transitions).toEqual(['a.a.a: go']);
});

test('a machine without states has one, by its id', () => {
  const single = coverageListsOf(createMachine({ id: 'single', on: { go: {}, '*': {} } }));
  expect([single.states, single.transitions]).toEqual([['single'], ['single: go', 'single: *']]);
});

test('a state that is left at once takes no event, whatever it says', () => {
  const machine = createMachine({
    initial: 'a',
    states: { a: { always: 'b', on: { go: 'b' } }, b: {} },
    on: { stop: '.b' },
  });
  expect(coverageListsOf(machine).transitions).toEqual(['a: always', 'b: stop']);
});

const asked = setup({
  types: { context: {} as { n: number }, events: {} as { type: 'go'; n: number } | { type: 'up' } },
  guards: {
    isBig: ({ event }) => event.type === 'go' && event.n > 9,
    isHuge: ({ event }) => event.type === 'go' && event.n > 99,
  },
}).createMachine({
  id: 'asked',
  initial: 'outer',
  states: {
    outer: {
      initial: 'inner',
      on: { go: { guard: 'isBig', target: 'left' } },
      states: {
        inner: {
          on: {
            go: [
              { guard: 'isHuge', actions: [] },
              { guard: and(['isBig', 'isHuge']), actions: [] },
            ],
          },
        },
      },
    },
    left: { always: [{ guard: ({ context }) => context.n > 0, target: 'outer' }] },
  },
  context: { n: 0 },
});

describe('guards', () => {
  const lists = coverageListsOf(asked);
  const model = createModel(asked, undefined);
  const answersTo = (n: number) => {
    const { microsteps, to } = model.take(model.start().to, { type: 'go', n });
    return [microsteps.flatMap((microstep) => lists.guardsOf(microstep)), lists.guardsAtRest(to.snapshot)];
  };

  test('an inner state is asked first, and the one around it only if that refuses', () => {
    expect(answersTo(100)).toEqual([['outer.inner: go #1 [isHuge] is true'], []]);
    expect(answersTo(10)).toEqual([
      ['outer: go [isBig] is true', 'outer.inner: go #1 [isHuge] is false', 'outer.inner: go #2 [and] is false'],
      ['left: always [inline] is false'],
    ]);
    expect(answersTo(1)[0]).toContain('outer: go [isBig] is false');
  });
});

/** What is covered on a way, in order. */
function namesOn(lists: CoverageLists, position: Position, ...events: readonly { readonly type: string }[]): string[] {
  const model = createModel(orderMachine, undefined);
  let at = position;
  return events.flatMap((event) => {
    const { microsteps, to } =
      event.type === 'wait' ? (model.wait(at)?.advance() ?? model.start()) : model.take(at, event);
    at = to;
    return microsteps.flatMap((microstep) => lists.transitionsOf(microstep));
  });
}

test('a transition of a parallel state counts for the present state of each region', () => {
  const lists = coverageListsOf(orderMachine);
  const names = namesOn(
    lists,
    createModel(orderMachine, undefined).start().to,
    { type: 'add' },
    { type: 'checkout' },
    { type: 'xstate.done.actor.charge' },
    { type: 'cancel' },
  );
  expect(names.slice(-3)).toEqual([
    'checkout.payment.pending: done(charge)',
    'checkout.payment.paid: cancel',
    'checkout.address.asked: cancel',
  ]);
});

test('a step has all transitions that follow by themselves', () => {
  const lists = coverageListsOf(orderMachine);
  const names = namesOn(
    lists,
    createModel(orderMachine, undefined).start().to,
    ...[{ type: 'add' }, { type: 'checkout' }, { type: 'xstate.done.actor.charge' }],
    { type: 'address', street: 'Main Street 1' } as { type: string },
    { type: 'wait' },
  );
  expect(names.slice(-4)).toEqual([
    'checkout.address.asked: address',
    'checkout: done',
    'packing: always #2',
    'box: after 1000',
  ]);
});

test('finds the names of a transition by where it stands, for drawings', () => {
  const lists = coverageListsOf(orderMachine);
  expect(lists.namesAt({ source: 'checkout', event: 'cancel', index: 0 })).toEqual([
    'checkout.payment.pending: cancel',
    'checkout.payment.refused: cancel',
    'checkout.payment.paid: cancel',
    'checkout.address.asked: cancel',
    'checkout.address.given: cancel',
  ]);
  expect(lists.namesAt({ source: 'packing', event: '', index: 0 })).toEqual([
    'packing: always #1',
    'packing: always #1 [isBig] is true',
    'packing: always #1 [isBig] is false',
  ]);
  expect(lists.namesAt({ source: 'nowhere', event: 'go', index: 0 })).toEqual([]);
});
