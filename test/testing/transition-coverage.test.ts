import { describe, expect, test } from 'vitest';
import { createMachine, initialTransition, setup, transition } from 'xstate';
import { connectionMachine } from '../../src/machines/index.js';
import { transitionCoverage } from '../../src/testing/transition-coverage.js';

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

test('knows every transition of every state, what a child state has from its parent included', () => {
  expect(transitionCoverage(door).all).toEqual([
    'shut: open',
    'open.still: shut',
    'open.still: push',
    'open.swinging: push',
    'open.swinging: shut',
  ]);
});

test('counts a transition where it was taken', () => {
  const coverage = transitionCoverage(door);
  const [shut] = initialTransition(door);
  const [still] = transition(door, shut, { type: 'open' });
  coverage.note(shut, { type: 'open' });
  coverage.note(still, { type: 'shut' });
  expect(coverage.walked).toEqual(['shut: open', 'open.still: shut']);
  expect(coverage.missing).toEqual(['open.still: push', 'open.swinging: push', 'open.swinging: shut']);
  expect(coverage.toString()).toBe(
    '2 of 5 transitions (40 %)\nmissing: open.still: push\nmissing: open.swinging: push\nmissing: open.swinging: shut',
  );
});

test('counts nothing for an event that the state does not take', () => {
  const coverage = transitionCoverage(door);
  coverage.note(initialTransition(door)[0], { type: 'push' });
  expect(coverage.walked).toEqual([]);
});

test('does not round up: one missing transition is no 100 %', () => {
  const coverage = transitionCoverage(connectionMachine);
  expect(coverage.toString()).toContain(`0 of ${coverage.all.length} transitions (0 %)`);
  const states = Object.fromEntries(
    Array.from({ length: 300 }, (_, i) => [`s${i}`, { on: { next: `s${(i + 1) % 300}` } }]),
  );
  const ring = createMachine({ initial: 's0', states });
  const almost = transitionCoverage(ring);
  let [snapshot] = initialTransition(ring);
  for (let i = 0; i < 299; i++) {
    almost.note(snapshot, { type: 'next' });
    [snapshot] = transition(ring, snapshot, { type: 'next' });
  }
  expect(almost.toString()).toBe('299 of 300 transitions (99 %)\nmissing: s299: next');
});

test('counts each guard of an event for itself', () => {
  const machine = setup({
    types: { context: {} as { n: number }, events: {} as { type: 'go'; n: number } },
    guards: { isBig: ({ event }) => event.n > 9 },
  }).createMachine({
    context: { n: 0 },
    initial: 'a',
    states: { a: { on: { go: [{ guard: 'isBig', target: 'big' }, { target: 'small' }] } }, big: {}, small: {} },
  });
  const coverage = transitionCoverage(machine);
  coverage.note(initialTransition(machine)[0], { type: 'go', n: 10 });
  expect([coverage.walked, coverage.missing]).toEqual([['a: go #1'], ['a: go #2']]);
});

describe('refuses what it cannot count', () => {
  test.each([
    ['parallel states', createMachine({ type: 'parallel', states: { a: {}, b: {} } })],
    ['history states', createMachine({ initial: 'a', states: { a: {}, h: { type: 'history' } } })],
    ['delayed transitions', createMachine({ initial: 'a', states: { a: { after: { 10: 'b' } }, b: {} } })],
    ['invoked actors', createMachine({ initial: 'a', states: { a: { invoke: { src: 'x' } } } })],
  ])('%s', (_what, machine) => {
    expect(() => transitionCoverage(machine)).toThrow(/coverage is not defined|pure machine/);
  });
});
