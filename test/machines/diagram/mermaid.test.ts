import { expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { connectionMachine, dialerMachine, supervisorMachine, toMermaid } from '../../../src/machines/index.js';

const lines = (text: string) => text.split('\n').map((line) => line.trim());

test('draws states, transitions with effects, the start and the end', () => {
  const machine = createMachine({
    initial: 'off',
    states: { off: { on: { press: { target: 'on', actions: 'light' } } }, on: { type: 'final' } },
  });
  expect(toMermaid(machine)).toBe(`stateDiagram-v2
  state "off" as off
  state "on" as on
  [*] --> off
  off --> on: press / light
  on --> [*]
`);
});

test('draws one arrow for all events that lead the same way with the same effects', () => {
  const machine = createMachine({
    initial: 'a',
    states: { a: { on: { x: 'b', y: 'b', z: { target: 'b', actions: 'note' } } }, b: {} },
  });
  expect(lines(toMermaid(machine)).filter((line) => line.startsWith('a -->'))).toEqual([
    'a --> b: x, y',
    'a --> b: z / note',
  ]);
});

test('nests states, and draws what crosses the border of one outside of it, from child to child', () => {
  const machine = createMachine({
    initial: 'a',
    states: {
      a: { on: { go: 'b' } },
      b: { initial: 'c', states: { c: { on: { next: 'd', back: '#home' } }, d: {} } },
      home: { id: 'home' },
    },
  });
  expect(toMermaid(machine)).toBe(`stateDiagram-v2
  state "a" as a
  state "b" as b {
    state "c" as b_c
    state "d" as b_d
    [*] --> b_c
    b_c --> b_d: next
  }
  state "home" as home
  [*] --> a
  a --> b_c: go
  b_c --> home: back
`);
});

test('writes what a state does without leaving it into its box, or beside it', () => {
  const machine = createMachine({
    initial: 'a',
    states: {
      a: { entry: 'arm', exit: ['disarm', 'rest'], on: { bump: { actions: 'count' } } },
      b: { entry: 'arm', initial: 'c', states: { c: {} } },
    },
  });
  const drawn = lines(toMermaid(machine));
  expect(drawn.slice(1, 5)).toEqual(['state "a" as a', 'a: entry / arm', 'a: exit / disarm, rest', 'a: bump / count']);
  expect(drawn.slice(drawn.indexOf('note right of b'), drawn.indexOf('end note'))).toEqual([
    'note right of b',
    'entry / arm',
  ]);
  expect(drawn).not.toContain('a --> a: bump / count');
});

test.each([connectionMachine, dialerMachine, supervisorMachine])(
  'draws the $id machine with every event, effect and state',
  (machine) => {
    const drawn = toMermaid(machine);
    const names = [
      ...machine.events,
      ...Object.keys(machine.implementations.actions),
      ...Object.keys(machine.root.states),
    ];
    expect(names.filter((name) => !new RegExp(`\\b${name.replace('.', '\\.')}\\b`).test(drawn))).toEqual([]);
  },
);

test('draws the same machine in the same way', () => {
  expect(toMermaid(connectionMachine)).toBe(toMermaid(connectionMachine));
});

test('a machine without states is drawn as one', () => {
  expect(toMermaid(createMachine({ id: 'lone' }))).toBe('stateDiagram-v2\n  state "lone" as lone\n');
});

test.each([
  ['direction LR', '#100;irection LR'],
  ['[[fork]]', '#91;[fork]]'],
  ['a\0b\u{D800}c', 'a#65533;b#65533;c'],
  ['end note', '#101;nd note'],
])('the text %j is no syntax', (text, written) => {
  expect(toMermaid(createMachine({ initial: 'a', states: { a: { entry: text } } }))).toContain(`a: entry / ${written}`);
});
