import { expect, test } from 'vitest';
import { type AnyActor, createActor, createMachine, fromCallback, type InspectionEvent, spawnChild } from 'xstate';
import { eachNewActor } from '../../../src/machines/actor/new-actors.js';

const parent = createMachine({
  on: {
    spawn: {
      actions: spawnChild(
        fromCallback(() => {}),
        { id: 'child' },
      ),
    },
  },
});

test('calls back with each actor before it has started', () => {
  const actor = createActor(parent).start();
  const found: string[] = [];
  eachNewActor(actor.system, ({ id }) => found.push(id));
  actor.send({ type: 'spawn' });
  expect(found).toEqual(['child']);
  actor.stop();
});

test('leaves inspectors their events', () => {
  const actor = createActor(parent).start();
  const types = new Set<string>();
  eachNewActor(actor.system, () => {});
  actor.system.inspect(({ type }) => types.add(type));
  actor.send({ type: 'spawn' });
  expect([...types]).toEqual(expect.arrayContaining(['@xstate.actor', '@xstate.event', '@xstate.snapshot']));
  actor.stop();
});

test('costs no inspector: the installed XState has what it leans on', () => {
  const actor = createActor(parent).start();
  const inspectors: unknown[] = [];
  const { system } = actor;
  system.inspect = (inspector) => {
    inspectors.push(inspector);
    return { unsubscribe() {} };
  };
  eachNewActor(system, () => {});
  expect(inspectors).toEqual([]);
  actor.stop();
});

test('inspects where XState does not have that', () => {
  const found: AnyActor[] = [];
  const inspectors: ((event: InspectionEvent) => void)[] = [];
  const inspect = (inspector: (event: InspectionEvent) => void) => inspectors.push(inspector);
  eachNewActor({ inspect } as unknown as AnyActor['system'], (actor) => found.push(actor));
  const actorRef = createActor(parent);
  for (const type of ['@xstate.actor', '@xstate.event'])
    for (const inspector of inspectors) inspector({ type, actorRef } as unknown as InspectionEvent);
  expect(found).toEqual([actorRef]);
});
