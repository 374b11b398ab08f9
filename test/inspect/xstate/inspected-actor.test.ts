import { expect, test } from 'vitest';
import { anActor } from './actors.js';

const root = anActor('supervisor', 'root');
const c1 = anActor('connection', 'c1', anActor('listener', 'door', root));

test('an actor knows the root of its tree, and the connection that it belongs to', () => {
  const own = anActor('actor', 'chat', c1);
  expect([own.rootActor, own.connectionActor, c1.connectionActor]).toEqual([root, c1, c1]);
  expect([root.rootActor, root.connectionActor]).toEqual([root, undefined]);
});

test('is written in JSON as XState writes actors, and takes no event', () => {
  expect(JSON.parse(JSON.stringify(c1))).toEqual({ xstate$$type: 1, id: 'c1' });
  c1.send({ type: 'turn' });
  expect([c1.deliver({ type: 'turn' }), c1.path]).toEqual([false, 'on']);
});
