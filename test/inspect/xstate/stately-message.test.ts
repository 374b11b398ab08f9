import { expect, test } from 'vitest';
import { createActor, fromPromise, type InspectionEvent } from 'xstate';
import { actorEvent, eventEvent, snapshotEvent } from '../../../src/inspect/xstate/inspection-events.js';
import { statelyMessage } from '../../../src/inspect/xstate/stately-message.js';
import { UserActor } from '../../../src/inspect/xstate/user-actor.js';
import { anActor } from './actors.js';

const root = anActor('supervisor', 'root');
const actor = anActor('dialer', 'feed', root);
const messageOf = (event: InspectionEvent) => {
  const message = statelyMessage(event, 1_700_000_000_000);
  return message === undefined ? undefined : JSON.parse(message);
};

test('an actor is written with its name, its parent, the configuration of its machine, and its snapshot', () => {
  expect(messageOf(actorEvent(actor))).toMatchObject({
    type: '@xstate.actor',
    name: 'feed',
    sessionId: 'dialer:feed',
    parentId: 'supervisor:root',
    rootId: 'supervisor:root',
    id: null,
    createdAt: '1700000000000',
    _version: '0.7.2',
    definition: JSON.stringify({
      id: 'lamp',
      initial: 'on',
      states: { on: { on: { turn: 'off' } }, off: { type: 'final' } },
    }),
    snapshot: { status: 'active', value: 'on', tags: [] },
  });
});

test('an event is written with who has sent it, and a snapshot with the event that led to it', () => {
  expect(messageOf(eventEvent(actor, { type: 'turn' }, root))).toMatchObject({
    type: '@xstate.event',
    sessionId: 'dialer:feed',
    sourceId: 'supervisor:root',
    event: { type: 'turn' },
  });
  expect(messageOf(snapshotEvent(actor, { type: 'turn' }))).toMatchObject({
    type: '@xstate.snapshot',
    event: { type: 'turn' },
    snapshot: { value: 'on' },
  });
});

test('the protocol has no message for what else there is', () => {
  const action = { type: 'ring', params: undefined };
  expect(messageOf({ type: '@xstate.action', actorRef: actor, rootId: 'x', action })).toBe(undefined);
});

test("a handler's actor is named by its machine, and an actor without one has its id only", () => {
  const logic = fromPromise(async () => 1);
  const own = new UserActor(createActor(logic, { id: 'fetch' }), {
    parent: actor,
    logic,
    context: () => undefined,
    child: () => undefined,
    deliver: () => false,
  });
  expect(messageOf(actorEvent(own))).toMatchObject({ name: 'fetch', definition: '{"id":"fetch"}' });
});

test('whatever a context holds, the message is short and can be read', () => {
  const hostile: Record<string, unknown> = { count: 10n, act: () => {}, text: 'x'.repeat(1_000_000) };
  hostile['self'] = hostile;
  for (let i = 0; i < 10_000; i += 1) hostile[`node${i}`] = { attributes: { style: 'x'.repeat(1_000) } };
  const event = snapshotEvent(actor, { type: 'turn' }, { ...actor.getSnapshot(), context: hostile } as never);
  const message = statelyMessage(event, 0) ?? '';
  expect(message.length).toBeLessThan(200_000);
  expect(JSON.parse(message).snapshot.context).toMatchObject({
    count: '10n',
    act: { type: 'act' },
    self: '[Circular]',
  });
});
