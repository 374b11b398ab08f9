import { describe, expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { connectionMachine } from '../../../src/machines/connection-machine.js';
import { diagramParts, edgeOf } from '../../../src/machines/diagram/diagram-parts.js';
import { toDot } from '../../../src/machines/diagram/dot.js';
import { createStepper } from '../../../src/machines/stepper.js';

test('lists states and arrows with the ids that the drawing of Graphviz gives them', () => {
  const { states, edges } = diagramParts(connectionMachine);
  const dot = toDot(connectionMachine);
  const ids = [...states, ...edges].map(({ id }) => id);
  for (const id of ids) expect(dot).toContain(`id="${id}"`);
  expect(new Set(ids).size).toBe(ids.length);
  expect(states).toContainEqual({ id: 'state-closing.awaitingPeer', path: 'closing.awaitingPeer', type: 'atomic' });
  expect(edges).toContainEqual(
    expect.objectContaining({
      id: 'edge-open--close--closing.awaitingPeer',
      from: 'open',
      to: 'closing.awaitingPeer',
      events: ['close', 'handler.returned'],
    }),
  );
});

test('is data, as JSON carries it', () => {
  const parts = diagramParts(connectionMachine);
  expect(JSON.parse(JSON.stringify(parts))).toEqual(parts);
});

test('every step of the connection machine that changes its state has its arrow', () => {
  const parts = diagramParts(connectionMachine);
  const { states } = parts;
  for (const { path } of states.filter(({ type }) => type === 'atomic')) {
    const stepper = createStepper(connectionMachine);
    for (const event of new Set(parts.edges.flatMap(({ events }) => events))) {
      const { next } = stepper.step(stepper.at(path), event);
      if (next.path === path) continue;
      const edge = edgeOf(parts, { event, from: path, to: next.path });
      expect({ path, event, to: edge?.to }).toEqual({ path, event, to: next.path });
    }
  }
});

describe('the arrow of a step', () => {
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    on: { reset: '.a' },
    states: {
      a: { on: { go: 'b', '*': 'c', 'go.*': 'd', only: { actions: 'light' } }, after: { 100: 'e' } },
      b: {
        initial: 'one',
        states: { one: { on: { next: 'two', up: '#m.c' } }, two: {} },
        on: { next: 'd', up: { target: 'c', actions: 'light' } },
      },
      c: {},
      d: {},
      e: {},
    },
  });
  const parts = diagramParts(machine);

  test.each([
    ['go', 'a', 'b.one', 'edge-a--go--b'],
    ['go.now', 'a', 'd', 'edge-a--go.*--d'],
    ['other', 'a', 'c', 'edge-a--*--c'],
    ['xstate.after.100.m.a', 'a', 'e', 'edge-a--xstate.after.100.m.a--e'],
    ['next', 'b.one', 'b.two', 'edge-b.one--next--b.two'],
    ['next', 'b.two', 'd', 'edge-b--next--d'],
    ['up', 'b.one', 'c', 'edge-b.one--up--c'],
    ['reset', 'b.two', 'a', 'edge---reset--a'],
    ['only', 'a', 'a', undefined],
    ['unknown', 'b.one', 'b.one', undefined],
    ['go', 'a', 'd', 'edge-a--go.*--d'],
  ])('%s from %s to %s is %s', (event, from, to, id) => {
    expect(edgeOf(parts, { event, from, to })?.id).toBe(id);
  });
});
