import { expect, test } from 'vitest';
import type { AnyMachineSnapshot } from 'xstate';
import { MachineActor } from '../../../src/inspect/xstate/machine-actor.js';
import { connectionMachine } from '../../../src/machines/index.js';

const aConnection = (path: string) =>
  new MachineActor({
    kind: 'connection',
    id: 'c1',
    identity: 'connection:1',
    machine: connectionMachine,
    path,
    parent: undefined,
    facts: { role: 'accepted' },
  });

test('its snapshot is one of its machine, with value, status, tags, and methods', () => {
  const snapshot = aConnection('open').getSnapshot() as AnyMachineSnapshot;
  expect(snapshot).toMatchObject({ value: 'open', status: 'active', context: { role: 'accepted' } });
  expect(snapshot.machine).toBe(connectionMachine);
  expect([snapshot.hasTag('writable'), snapshot.matches('open')]).toEqual([true, true]);
  expect([snapshot.can({ type: 'close' }), snapshot.can({ type: 'deadline.close' })]).toEqual([true, false]);
  expect(aConnection('closing.crossed').getSnapshot()).toMatchObject({ value: { closing: 'crossed' } });
});

test('it is final in the final states of its machine, and stopped if it ended elsewhere', () => {
  expect(aConnection('closed').getSnapshot().status).toBe('done');
  expect([aConnection('closed').isFinal, aConnection('open').isFinal]).toEqual([true, false]);
  const actor = aConnection('connecting');
  actor.isStopped = true;
  expect(actor.getSnapshot().status).toBe('stopped');
});

test('knows the transitions of its machine', () => {
  const [transition] = aConnection('open').transitionsOf('close');
  expect(transition).toBe(connectionMachine.states['open']?.transitions.get('close')?.[0]);
  expect(aConnection('open').transitionsOf('deadline.close')).toEqual([]);
});
