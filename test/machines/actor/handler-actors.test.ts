import { expect, test } from 'vitest';
import { createActor, createMachine } from 'xstate';
import {
  enterHandlerActor,
  type HandlerActor,
  watchHandlerActors,
} from '../../../src/machines/actor/handler-actors.js';

const anActor = (): HandlerActor => ({
  root: createActor(createMachine({})),
  running: [],
  outcome: Promise.resolve(),
  send: () => {},
});

test('whoever looks in on a connection sees the actors that are there, and those that come', () => {
  const [connection, other] = [{}, {}];
  const [first, second] = [anActor(), anActor()];
  const seen: HandlerActor[] = [];
  enterHandlerActor(connection, first);
  enterHandlerActor(other, anActor());
  const leave = watchHandlerActors(connection, (actor) => seen.push(actor));
  enterHandlerActor(connection, second);
  expect(seen).toEqual([first, second]);
  leave();
  enterHandlerActor(connection, anActor());
  expect(seen.length).toBe(2);
});

test('an actor that was removed is not seen by those who come later', () => {
  const connection = {};
  const remove = enterHandlerActor(connection, anActor());
  remove();
  watchHandlerActors(connection, () => expect.unreachable());
});
