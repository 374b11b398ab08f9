import { beforeAll, describe, expect, test } from 'vitest';
import { layOutDiagrams } from '../../../../../scripts/lay-out-diagrams.mjs';
import { edgeId, type Layout, type Layouts } from '../../../../../src/inspect/dashboard/page/model/layout.js';
import { connectionMachine } from '../../../../../src/machines/connection-machine.js';
import { dialerMachine } from '../../../../../src/machines/dialer-machine.js';
import { supervisorMachine } from '../../../../../src/machines/supervisor-machine.js';

let layouts: Layouts;

beforeAll(async () => {
  layouts = await layOutDiagrams({
    connection: connectionMachine,
    dialer: dialerMachine,
    supervisor: supervisorMachine,
  });
});

describe.each(['connection', 'dialer', 'supervisor'] as const)('the layout of the %s machine', (machine) => {
  describe.each(['tall', 'wide'] as const)('%s', (shape) => {
    let layout: Layout;
    beforeAll(() => {
      layout = layouts[machine][shape];
    });

    test('has every state in the picture, none over another', () => {
      const boxes = layout.states.filter(({ kind }) => kind !== 'compound');
      for (const { x, y, width, height } of layout.states) {
        expect(x).toBeGreaterThanOrEqual(0);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(x + width).toBeLessThanOrEqual(layout.width + 1);
        expect(y + height).toBeLessThanOrEqual(layout.height + 1);
      }
      for (const a of boxes)
        for (const b of boxes)
          if (a !== b)
            expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(
              true,
            );
    });

    test('has each step once, between states that it has', () => {
      const ids = layout.routes.flatMap(({ from, to, steps }) => steps.map(({ event }) => edgeId(from, event, to)));
      expect(new Set(ids).size).toBe(ids.length);
      const paths = layout.states.map(({ path }) => path);
      for (const { from, to } of layout.routes) expect(paths).toEqual(expect.arrayContaining([from, to]));
    });
  });
});

test('the connection machine is drawn with the steps that its runner reports', () => {
  const steps = layouts.connection.tall.routes.flatMap(({ from, to, steps: taken }) =>
    taken.map(({ event }) => edgeId(from, event, to)),
  );
  expect(steps).toEqual(
    expect.arrayContaining([
      'connecting>wire.opened>open',
      'open>close>closing.awaitingPeer',
      'closing.awaitingPeer>wire.closing>closing.crossed',
      'closing.crossed>wire.closed>closed',
      // It leads nowhere, and is a step with an effect.
      'closing.crossed>handler.threw>closing.crossed',
    ]),
  );
});
