import { describe, expect, test } from 'vitest';
import {
  fleetFigures,
  type Span,
  strokeWidth,
  subjectFigures,
} from '../../../../../src/inspect/dashboard/page/model/flow.js';
import type { Layout, StateBox } from '../../../../../src/inspect/dashboard/page/model/layout.js';

const box = (path: string, kind: StateBox['kind']): StateBox => ({
  path,
  name: path,
  kind,
  x: 0,
  y: 0,
  width: 1,
  height: 1,
});
const layout: Layout = {
  width: 1,
  height: 1,
  start: { x: 0, y: 0, line: '', head: '' },
  states: [
    box('open', 'atomic'),
    box('closing', 'compound'),
    box('closing.awaitingPeer', 'atomic'),
    box('closing.crossed', 'atomic'),
    box('closed', 'final'),
  ],
  routes: [],
};
const edge = (from: string, event: string, to: string, lastSecond: number) => ({
  from,
  event,
  to,
  lastSecond,
  lastMinute: lastSecond + 10,
  sinceStart: lastSecond + 100,
});

describe('the figures of a fleet', () => {
  const flow = {
    states: {
      open: { now: 7, entered: 9 },
      'closing.awaitingPeer': { now: 2, entered: 3 },
      'closing.crossed': { now: 1, entered: 3 },
    },
    edges: [
      edge('open', 'close', 'closing.awaitingPeer', 1),
      edge('closing.crossed', 'wire.closed', 'closed', 2),
      edge('closing.crossed', 'terminate', 'closed', 0),
    ],
  };

  test('a state shows how many stand in it, and one with states inside their sum', () => {
    const { states } = fleetFigures(layout, flow, 'lastSecond');
    expect(Object.fromEntries(states)).toMatchObject({ open: 7, closing: 3, 'closing.awaitingPeer': 2 });
  });

  test.each<[Span, number]>([
    ['lastSecond', 2],
    ['lastMinute', 22],
    ['sinceStart', 202],
  ])('a final state shows how many have come to it: %s', (span, arrived) => {
    expect(fleetFigures(layout, flow, span).states.get('closed')).toBe(arrived);
  });

  test('steps of the last second are lit, whatever span is counted', () => {
    expect([...fleetFigures(layout, flow, 'sinceStart').lit]).toEqual([
      'open>close>closing.awaitingPeer',
      'closing.crossed>wire.closed>closed',
    ]);
  });
});

test('one subject shows the steps it took, the last of them lit, and where it stands', () => {
  const figures = subjectFigures(
    [
      { from: 'connecting', to: 'connecting' },
      { from: 'connecting', event: 'wire.opened', to: 'open' },
      { from: 'open', event: 'close', to: 'closing.awaitingPeer' },
    ],
    'closing.awaitingPeer',
  );
  expect(Object.fromEntries(figures.edges)).toEqual({
    'connecting>wire.opened>open': 1,
    'open>close>closing.awaitingPeer': 1,
  });
  expect([...figures.lit]).toEqual(['open>close>closing.awaitingPeer']);
  expect(figures.position).toBe('closing.awaitingPeer');
});

test('lines grow with what they carry, and none becomes a bar', () => {
  const widths = [0, 1, 10, 1_000, 1e12].map(strokeWidth);
  expect(widths).toEqual(widths.toSorted((a, b) => a - b));
  expect(widths.at(-1)).toBe(4);
});
