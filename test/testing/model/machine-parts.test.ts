import { expect, test } from 'vitest';
import { and, createMachine, initialTransition, not, setup } from 'xstate';
import {
  candidatesOf,
  guardNameOf,
  isTransient,
  isWithin,
  labelOf,
  leavesIn,
  leavesOf,
  nameOf,
  statesOf,
} from '../../../src/testing/model/machine-parts.js';

const machine = setup({
  actors: { ping: createMachine({}) },
  delays: { later: 10 },
  guards: { isBig: () => true },
}).createMachine({
  id: 'm',
  type: 'parallel',
  states: {
    upload: {
      initial: 'idle',
      states: { idle: { on: { go: 'done' } }, done: { type: 'final' }, back: { type: 'history' } },
      onDone: {},
    },
    net: {
      initial: 'on',
      states: {
        on: { after: { 100: 'off', later: 'off' }, invoke: { id: 'ping', src: 'ping', onDone: 'off' } },
        off: { always: [{ guard: 'isBig', target: 'on' }, { target: 'on' }] },
      },
    },
  },
  on: { 'a.*': {}, '*': {}, 'a.b': {} },
});

test('lists every state by its path, but neither the root nor history', () => {
  expect(statesOf(machine).map(nameOf)).toEqual(['upload', 'upload.idle', 'upload.done', 'net', 'net.on', 'net.off']);
  expect(leavesOf(machine).map(nameOf)).toEqual(['upload.idle', 'upload.done', 'net.on', 'net.off']);
});

test('a machine without states is a state itself', () => {
  const single = createMachine({ id: 'single', on: { go: {} } });
  expect(leavesOf(single).map(nameOf)).toEqual(['single']);
});

test('a state of parallel regions has one innermost state for each', () => {
  expect(leavesIn(initialTransition(machine)[0]).map(nameOf)).toEqual(['upload.idle', 'net.on']);
});

test('the transitions for an event come in the order in which XState tries them', () => {
  expect(candidatesOf(machine.root, { type: 'a.b' }).map(({ eventType }) => eventType)).toEqual(['a.b', 'a.*', '*']);
});

test('a transition is called by what sets it off', () => {
  const labels = statesOf(machine).flatMap((node) =>
    [...(node.always ?? []), ...[...node.transitions.values()].flat()].map(labelOf),
  );
  expect(labels).toEqual(['done', 'go', 'done(ping)', 'after 100', 'after later', 'always #1', 'always #2']);
});

test.each([
  ['isBig', 'isBig'],
  [{ type: 'isBig', params: 1 }, 'isBig'],
  [function isSmall() {}, 'isSmall'],
  [() => true, 'inline'],
  [not('isBig'), 'not'],
  [and(['isBig']), 'and'],
])('guard %o is called %s', (guard, name) => {
  expect(guardNameOf(guard)).toBe(name);
});

test('a state is transient if something without a guard leads on from it', () => {
  expect(leavesOf(machine).filter(isTransient).map(nameOf)).toEqual(['upload.done', 'net.off']);
});

test('a state is within itself and what is around it', () => {
  const [upload, idle, , net] = statesOf(machine);
  if (upload === undefined || idle === undefined || net === undefined) throw new Error('no such states');
  expect([isWithin(idle, idle), isWithin(idle, upload), isWithin(idle, net), isWithin(upload, idle)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
