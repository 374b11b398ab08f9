import { expect, test } from 'vitest';
import { actorEvent, eventEvent, presentOf, snapshotEvent } from '../../../src/inspect/xstate/inspection-events.js';
import { anActor } from './actors.js';

const root = anActor('supervisor', 'root');
const actor = anActor('dialer', 'feed', root);

test('every event names its actor and the root of the tree', () => {
  const event = { type: 'turn' };
  const events = [actorEvent(actor), eventEvent(actor, event, root), snapshotEvent(actor, event)];
  for (const { actorRef, rootId } of events) expect([actorRef, rootId]).toEqual([actor, 'supervisor:root']);
  expect(events[1]).toMatchObject({ event, sourceRef: root });
  expect(events[2]).toMatchObject({ event, snapshot: { status: 'active', value: 'on' } });
});

test('the present of an actor is its beginning and its snapshot', () => {
  expect(presentOf(actor)).toMatchObject([
    { type: '@xstate.actor', actorRef: actor },
    { type: '@xstate.snapshot', event: { type: 'wirekeeper.present' }, snapshot: { value: 'on' } },
  ]);
});
