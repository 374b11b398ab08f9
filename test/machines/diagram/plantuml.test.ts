import { expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { toPlantUml } from '../../../src/machines/diagram/plantuml.js';

test('draws states nested as in the source, and what crosses the border of one after all', () => {
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    states: {
      a: { entry: 'light', on: { x: 'b' } },
      b: { initial: 'c', states: { c: { on: { y: '#m.z' } } } },
      z: { type: 'final' },
    },
  });
  expect(toPlantUml(machine)).toBe(`@startuml
title m
state "a" as a
a : entry / light
state "b" as b {
  state "c" as b_c
  [*] --> b_c
}
state "z" as z
[*] --> a
a --> b : x
z --> [*]
b_c --> z : y
@enduml
`);
});

test('writes what is syntax or markup by its number', () => {
  const machine = createMachine({ initial: 'a', states: { a: { entry: '"**" <b>\n' } } });
  expect(toPlantUml(machine)).toContain('a : entry / <U+0022><U+002A><U+002A><U+0022> <U+003C>b<U+003E> ');
});

test('a text in brackets is no link, and what XML cannot carry is replaced', () => {
  const machine = createMachine({ initial: 'a', states: { a: { entry: ['[[http://x]]', 'b\0\u{D800}'] } } });
  expect(toPlantUml(machine)).toContain(
    'entry / <U+005B><U+005B>http:<U+002F><U+002F>x<U+005D><U+005D>, b<U+FFFD><U+FFFD>',
  );
});

test('a blank name stands without a colon, after which PlantUML wants a text', () => {
  const machine = createMachine({ id: ' ', initial: 'a', states: { a: { on: { ' ': 'b' } }, b: {} } });
  expect(toPlantUml(machine)).toContain('a --> b\n');
  expect(toPlantUml(machine)).not.toContain('title');
});
