import { expect, test } from 'vitest';
import { Gate, isFinal } from '../../../src/inspect/xstate/gate.js';
import { actorEvent, INIT, snapshotEvent } from '../../../src/inspect/xstate/inspection-events.js';
import { anActor } from './actors.js';

const root = anActor('supervisor', 'root');
const door = anActor('listener', 'door', root);
const c1 = anActor('connection', 'c1', door);
const c2 = anActor('connection', 'c2', door);

test('lets an actor in once, behind those of its parents that are not in yet', () => {
  const gate = new Gate({ connection: 'c1' });
  expect(gate.admit(root)).toEqual([]);
  expect(gate.admit(c2)).toEqual([]);
  expect(gate.admit(c1)).toEqual([root, door, c1]);
  expect(gate.admit(c1)).toEqual([]);
});

test('passes the events of actors that are in, and no event after the final snapshot', () => {
  const gate = new Gate({});
  gate.admit(c1);
  const final = snapshotEvent(c1, INIT, { status: 'done', output: undefined, error: undefined });
  expect(isFinal(final)).toBe(true);
  expect([gate.passes(actorEvent(c2), c2), gate.passes(snapshotEvent(c1, INIT), c1)]).toEqual([false, true]);
  expect([gate.passes(final, c1), gate.passes(snapshotEvent(c1, INIT), c1)]).toEqual([true, false]);
});
