import { describe, expect, test } from 'vitest';
import { type AnyStateMachine, assign, createMachine, setup } from 'xstate';
import { createChoices, type EventSource } from '../../../src/testing/model/choices.js';
import { createCoverage } from '../../../src/testing/model/coverage.js';
import { createModel } from '../../../src/testing/model/model.js';
import {
  type Edge,
  type Graph,
  pairGraphOf,
  pairsIn,
  searchOf,
  shortestPathsIn,
  simplePathsIn,
} from '../../../src/testing/model/search.js';
import { createKeyOf } from '../../../src/testing/model/state-key.js';

const LIMITS = { maxStates: 100, maxPaths: 100 };
const all = () => true;

function graphOf(machine: AnyStateMachine, events: EventSource, maxStates = 100): Graph {
  const model = createModel(machine, undefined);
  const keyOf = createKeyOf();
  return searchOf(
    model,
    createChoices(model, events, []),
    ({ name, snapshot }) => keyOf([name, snapshot.context]),
    maxStates,
  );
}

const titles = (paths: readonly (readonly Edge[])[]) =>
  paths.map((path) => path.map(({ event }) => event.type).join(' ')).toSorted();

const ring = createMachine({
  initial: 'a',
  states: {
    a: { on: { next: 'b', back: 'c', stay: {} } },
    b: { on: { next: 'c', back: 'a' } },
    c: { on: { next: 'a', back: 'b' } },
  },
});
const EVENTS = [{ type: 'next' }, { type: 'back' }, { type: 'stay' }];
const graph = graphOf(ring, EVENTS);

test('finds each state once, and each event at each state', () => {
  expect(graph.places.map(({ position, edges }) => [position.name, edges.length])).toEqual([
    ['a', 3],
    ['b', 2],
    ['c', 2],
  ]);
});

test('shortest paths take each event at each state, and none begins another', () => {
  const paths = shortestPathsIn(graph, LIMITS, all);
  expect(titles(paths)).toEqual(['back back', 'back next', 'next back', 'next next', 'stay']);
});

test('shortest paths take each payload of an event', () => {
  const events = [
    { type: 'next', by: 1 },
    { type: 'next', by: 2 },
    { type: 'next', by: 2 },
  ];
  expect(shortestPathsIn(graphOf(ring, events), LIMITS, all).length).toBe(9 - 2);
});

test('simple paths come by no state twice, whatever way there is', () => {
  expect(titles(simplePathsIn(graph, LIMITS, all))).toEqual(['back back', 'next next']);
});

test('only the wanted ends: a path stops there', () => {
  const toC = ({ name }: { readonly name: string }) => name === 'c';
  expect(titles(simplePathsIn(graph, LIMITS, toC))).toEqual(['back', 'next next']);
});

test('paths of pairs take each event after each that it can follow', () => {
  const pairs = pairGraphOf(graph);
  const taken = new Set(
    shortestPathsIn(pairs, LIMITS, all).flatMap((path) =>
      path.slice(1).map((edge, index) => {
        const before = path[index];
        return `${before?.from.position.name} ${before?.event.type} ${edge.event.type}`;
      }),
    ),
  );
  const possible = graph.places.flatMap(({ position, edges }) =>
    edges.flatMap(({ event, to }) => to.edges.map((next) => `${position.name} ${event.type} ${next.event.type}`)),
  );
  expect([...taken].toSorted()).toEqual([...new Set(possible)].toSorted());
});

test('finds every pair of transitions that can follow each other', () => {
  const machine = createMachine({
    initial: 'a',
    states: { a: { always: 'b' }, b: { on: { go: 'c' } }, c: { always: 'd' }, d: { on: { go: 'd' } } },
  });
  const found = graphOf(machine, [{ type: 'go' }]);
  const { coverage } = createCoverage(machine, (chainOf) => {
    expect(pairsIn(found, chainOf).toSorted()).toEqual([
      'a: always > b: go',
      'b: go > c: always',
      'c: always > d: go',
      'd: go > d: go',
    ]);
    return [];
  });
  expect(coverage.pairs.all).toEqual([]);
  expect.assertions(2);
});

describe('bounds', () => {
  const counter = setup({ types: { context: {} as { n: number } } }).createMachine({
    id: 'counter',
    context: { n: 0 },
    on: { more: { actions: assign({ n: ({ context }) => context.n + 1 }) } },
  });

  test('a context that counts without end is a limit, not an endless search', () => {
    expect(() => graphOf(counter, [{ type: 'more' }], 50)).toThrow(
      'createTestModel: maxStates is 50, and the machine counter has more states than that (context.n has 50 values)',
    );
  });

  test('too many shortest paths are a limit', () => {
    const events = Array.from({ length: 200 }, (_, by) => ({ type: 'stay', by }));
    expect(() => shortestPathsIn(graphOf(ring, events), LIMITS, all)).toThrow('shortestPaths: maxPaths is 100');
  });

  test('simple paths that cannot be counted are a limit, not an endless search', () => {
    const names = Array.from({ length: 14 }, (_, index) => `s${index}`);
    const states = Object.fromEntries(
      names.map((name) => [name, { on: Object.fromEntries(names.map((to) => [`to.${to}`, to])) }]),
    );
    const complete = createMachine({ initial: 's0', states });
    const found = graphOf(
      complete,
      names.map((to) => ({ type: `to.${to}` })),
    );
    expect(() => simplePathsIn(found, LIMITS, all)).toThrow('simplePaths: maxPaths is 100');
  });
});
