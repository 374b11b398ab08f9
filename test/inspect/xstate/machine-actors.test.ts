import { expect, test } from 'vitest';
import type { InspectionEvent } from 'xstate';
import { LiveActors } from '../../../src/inspect/xstate/live-actors.js';
import { MachineActors } from '../../../src/inspect/xstate/machine-actors.js';
import { aMachine } from './actors.js';
import { actorOf, lineOf } from './service.js';

function someMachines(isDetailed: boolean) {
  const events: InspectionEvent[] = [];
  const live = new LiveActors(
    (event) => events.push(event),
    () => {},
  );
  const machines = new MachineActors(live, isDetailed);
  return { machines, live, take: () => events.splice(0).map(lineOf), events };
}

const parts = { kind: 'dialer', id: 'feed', machine: aMachine, path: 'on', parent: undefined } as const;

test('a machine that begins has its first event; one that is there already, its state', () => {
  const { machines, take } = someMachines(false);
  machines.begin({}, parts, 'new');
  expect(take()).toEqual(['below nothing', '<- xstate.init', 'active "on"']);
  machines.begin({}, parts, 'present');
  expect(take()).toEqual(['below nothing', 'active "on"']);
  machines.begin({}, parts, 'started');
  expect(take()).toEqual(['below nothing']);
});

test('microsteps and actions are shown on request, with the transitions of the machine', () => {
  const { machines, take, events } = someMachines(true);
  const actor = machines.begin({}, parts, 'started');
  take();
  machines.step(actor, { type: 'turn' }, { to: 'off', effects: ['click'], source: undefined });
  expect(events[2]).toMatchObject({ _transitions: [aMachine.states['on']?.transitions.get('turn')?.[0]] });
  expect(take()).toEqual(['<- turn', 'click', '@xstate.microstep', 'done "off"']);
  expect(actor.isOver).toBe(true);
});

test('an owner whose machine is over gets another actor', () => {
  const { machines, events } = someMachines(false);
  const owner = {};
  const first = machines.begin(owner, parts, 'started');
  machines.step(first, { type: 'turn' }, { to: 'off', source: undefined });
  const second = machines.begin(owner, parts, 'started');
  expect(second.sessionId).not.toBe(first.sessionId);
  expect(machines.of(owner)).toBe(second);
  expect(actorOf(events.at(-1) as InspectionEvent)).toBe(second);
});

test('a machine that is there in a final state is over', () => {
  const { machines, live } = someMachines(false);
  machines.begin({}, { ...parts, path: 'off' }, 'present');
  expect([...live.present]).toEqual([]);
});

test('a machine that never started is shown as stopped', () => {
  const { machines, take } = someMachines(false);
  const actor = machines.begin({}, parts, 'started');
  take();
  machines.stop(actor);
  machines.stop(actor);
  expect(take()).toEqual(['stopped "on"']);
});

test('knows which actor is a listener that has not ended', () => {
  const { machines } = someMachines(false);
  const door = machines.begin({}, { ...parts, kind: 'listener' }, 'started');
  const feed = machines.begin({}, parts, 'started');
  expect([machines.ofListener(door), machines.ofListener(feed), machines.ofListener(undefined)]).toEqual([
    door,
    undefined,
    undefined,
  ]);
  machines.stop(door);
  expect(machines.ofListener(door)).toBe(undefined);
});
