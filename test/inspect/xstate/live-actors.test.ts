import { expect, test } from 'vitest';
import type { InspectionEvent } from 'xstate';
import { actorEvent } from '../../../src/inspect/xstate/inspection-events.js';
import { LiveActors } from '../../../src/inspect/xstate/live-actors.js';
import { anActor } from './actors.js';

const aFamily = () => {
  const root = anActor('supervisor', 'root');
  const door = anActor('listener', 'door', root);
  return { root, door, c1: anActor('connection', 'c1', door) };
};

test('an actor that is over is there as long as it has children', () => {
  const live = new LiveActors(
    () => {},
    () => {},
  );
  const { root, door, c1 } = aFamily();
  for (const actor of [root, door, c1]) live.add(actor);
  live.over(door);
  live.over(door);
  expect([...live.present]).toEqual([root, door, c1]);
  live.over(root);
  live.over(c1);
  expect([...live.present]).toEqual([]);
});

test('what the sink throws reaches nobody at once; it is thrown on request, once, and nothing more is shown', () => {
  const error = new Error('bad sink');
  const seen: InspectionEvent[] = [];
  let faults = 0;
  const live = new LiveActors(
    (event) => {
      seen.push(event);
      throw error;
    },
    () => {
      faults += 1;
    },
  );
  const { root } = aFamily();
  live.add(root);
  live.show(actorEvent(root), root);
  expect([seen.length, faults]).toEqual([1, 1]);
  expect(() => live.throwFault()).toThrow(error);
  live.throwFault();
});
