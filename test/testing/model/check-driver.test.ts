import { describe, expect, test } from 'vitest';
import { type AnyStateMachine, createMachine, raise } from 'xstate';
import { checkDriver, checkOffered, type Offer } from '../../../src/testing/model/check-driver.js';
import type { AnyDriver } from '../../../src/testing/model/driver.js';

const machine = createMachine({
  id: 'form',
  initial: 'idle',
  states: {
    idle: { on: { send: 'sending' } },
    sending: {
      initial: 'waiting',
      invoke: { id: 'post', src: createMachine({}), onDone: 'sent' },
      on: { 'server.*': { actions: raise({ type: 'tick' }) }, tick: 'sent' },
      after: { 10: 'idle' },
      states: { waiting: { always: 'really' }, really: { type: 'final' } },
    },
    sent: { type: 'final' },
  },
});

const nothing = () => {};
const OFFER: Offer = {
  events: [{ type: 'send' }, { type: 'server.ok' }, { type: 'xstate.done.actor.post' }],
  ignored: [],
  generated: [],
  undriven: ['tick'],
};
const DRIVER: AnyDriver = {
  start: nothing,
  events: { send: nothing, 'server.ok': nothing, 'xstate.done.actor.post': nothing },
  states: { idle: nothing, 'sending.really': nothing, sent: nothing },
};

const checking =
  (driver: Partial<AnyDriver>, offer: Partial<Offer> = {}, of: AnyStateMachine = machine) =>
  () =>
    checkDriver(of, { ...DRIVER, ...driver }, { ...OFFER, ...offer });

const without = (record: Readonly<Record<string, () => void>>, key: string) => {
  const { [key]: _left, ...rest } = record;
  return rest;
};

test('a driver that fits is taken: transient states and what the machine does itself need nothing', () => {
  expect(checking({})).not.toThrow();
});

test('states around others may have checks', () => {
  expect(checking({ states: { ...DRIVER.states, sending: nothing } })).not.toThrow();
});

test("'*' stands for what has none", () => {
  expect(checking({ events: { '*': nothing }, states: { '*': nothing } })).not.toThrow();
});

describe('is refused:', () => {
  test.each<readonly [string, () => void, string]>([
    [
      'an event without an executor',
      checking({ events: without({ ...DRIVER.events } as Record<string, () => void>, 'send') }),
      'driver.events has no executor for send; without one its steps would be passed over.',
    ],
    [
      'an event of the machine that is not offered',
      checking({}, { events: [{ type: 'send' }, { type: 'server.ok' }] }),
      'events has no xstate.done.actor.post, which the machine form takes',
    ],
    [
      'an event that is only raised, unless it is named',
      checking({}, { undriven: [] }),
      'events has no tick, which the machine form takes; add one for each payload that matters, or name it in undriven',
    ],
    [
      'an executor for an event that the machine does not have',
      checking({ events: { ...DRIVER.events, sned: nothing } }),
      'driver.events has sned, but the machine form has no such event; it has send,',
    ],
    [
      'an event that the machine does not have',
      checking({ events: { '*': nothing } }, { events: [{ type: 'Send' }] }),
      'events has Send, but the machine form has no such event; did you mean send?',
    ],
    [
      'an arbitrary for an event that the machine does not have',
      checking({}, { generated: ['receive'] }),
      'events has receive, but the machine form has no such event',
    ],
    [
      'a name in undriven that the machine does not have',
      checking({}, { undriven: ['tock'] }),
      'undriven has tock, but the machine form has no such event',
    ],
    [
      'a state without a check',
      checking({ states: { idle: nothing, sent: nothing } }),
      'driver.states has no check for sending.really; without one the system would not be looked at there.',
    ],
    [
      'a check for a state that the machine does not have: states are named by their whole path',
      checking({ states: { ...DRIVER.states, really: nothing } }),
      'driver.states has really, but the machine form has no such state; did you mean sending.really?',
    ],
    [
      'a machine in which two states have one path',
      checking(
        { events: {} },
        { undriven: [], events: [] },
        createMachine({ id: 'odd', initial: 'a', states: { a: { initial: 'b', states: { b: {} } }, 'a.b': {} } }),
      ),
      'the machine odd has two states with the path a.b; rename one.',
    ],
  ])('%s', (_what, check, message) => {
    expect(check).toThrow(message);
  });
});

test('ignored events may be unknown to the machine, and need an executor as well', () => {
  const ignored = [{ type: 'noise' }];
  expect(checking({}, { ignored })).toThrow('driver.events has no executor for noise');
  expect(checking({ events: { ...DRIVER.events, noise: nothing } }, { ignored })).not.toThrow();
});

test('a function of events is asked later; what the machine takes by name needs an executor at once', () => {
  const events = () => [];
  expect(checking({}, { events })).not.toThrow();
  expect(checking({ events: {} }, { events })).toThrow('driver.events has no executor for send');
});

test('what was offered after all has to be everything', () => {
  expect(() => checkOffered(machine, ['send', 'server.x', 'xstate.done.actor.post'], ['tick'])).not.toThrow();
  expect(() => checkOffered(machine, ['send', 'server.x'], ['tick'])).toThrow('events has no xstate.done.actor.post');
});
