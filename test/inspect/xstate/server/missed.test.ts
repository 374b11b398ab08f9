import { expect, test } from 'vitest';
import { actorEvent, eventEvent, snapshotEvent } from '../../../../src/inspect/xstate/inspection-events.js';
import { accountOf, Missed, viewerActor } from '../../../../src/inspect/xstate/server/missed.js';
import { anActor } from '../actors.js';
import { lineOf } from '../service.js';

const door = anActor('listener', 'door');
const c1 = anActor('connection', 'c1', door);

test('counts what was missed, by actor and by the state that was reached', () => {
  const missed = new Missed();
  const turn = { type: 'turn' };
  missed.count(actorEvent(c1), c1);
  missed.count(eventEvent(c1, turn, undefined), c1);
  missed.count(snapshotEvent(c1, turn), c1);
  missed.count(snapshotEvent(door, turn), door);
  missed.count(snapshotEvent(door, turn, { status: 'active', value: { closing: 'crossed' } } as never), door);
  expect(missed.event).toEqual({
    type: 'wirekeeper.missed',
    events: 5,
    byActor: { 'connection:c1': 3, 'listener:door': 2 },
    byState: { 'connection: on': 1, 'listener: on': 1, 'listener: closing': 1 },
  });
});

test('counts the actors beyond a bound together', () => {
  const missed = new Missed();
  for (let i = 0; i < 10_000; i += 1) {
    const actor = anActor('connection', `c${i}`);
    missed.count(actorEvent(actor), actor);
  }
  const { byActor, events } = missed.event;
  expect([Object.keys(byActor).length, byActor.others, events]).toEqual([101, 9_900, 10_000]);
});

test('the account is an event of an actor of its own, which every tool can show', () => {
  const viewer = viewerActor(3);
  const missed = new Missed();
  missed.count(actorEvent(c1), c1);
  expect(accountOf(viewer, missed).map(lineOf)).toEqual(['below nothing', '<- wirekeeper.missed', 'active "watching"']);
  expect(viewer).toMatchObject({ kind: 'viewer', sessionId: 'viewer:3' });
});
