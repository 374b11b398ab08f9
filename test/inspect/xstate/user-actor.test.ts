import { expect, test } from 'vitest';
import { createActor, createMachine, fromTransition } from 'xstate';
import { UserActor, type UserActorParts } from '../../../src/inspect/xstate/user-actor.js';
import { anActor } from './actors.js';

const connection = anActor('connection', 'c1');
const partsOf = (parts: Partial<UserActorParts>): UserActorParts => ({
  parent: connection,
  logic: createMachine({ id: 'chat' }),
  context: () => 'hidden',
  child: () => undefined,
  deliver: () => true,
  ...parts,
});

test('has the ids of the actor itself, and stands below its connection', () => {
  const actor = createActor(createMachine({ id: 'chat', context: { token: 's3cret' } }));
  const own = new UserActor(actor, partsOf({}));
  expect([own.id, own.sessionId, own.src]).toEqual([actor.id, actor.sessionId, 'chat']);
  expect([own._parent, own.connectionActor]).toEqual([connection, connection]);
  expect(own.getSnapshot()).toMatchObject({ context: 'hidden' });
});

test('can be asked while it is being made', () => {
  let shown: unknown;
  createActor(
    fromTransition((state: number) => state, 0),
    {
      inspect: ({ type, actorRef }) => {
        if (type === '@xstate.actor') shown = new UserActor(actorRef as never, partsOf({})).getSnapshot();
      },
    },
  );
  expect(shown).toEqual({ status: 'active', output: undefined, error: undefined });
});

test('passes events on to whoever delivers them', () => {
  const delivered: unknown[] = [];
  const actor = createActor(createMachine({}));
  const own = new UserActor(actor, partsOf({ deliver: (to, event) => delivered.push(to, event) > 0 }));
  expect(own.deliver({ type: 'go' })).toBe(true);
  expect(delivered).toEqual([actor, { type: 'go' }]);
});
