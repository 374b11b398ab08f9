import { expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { toDot } from '../../../src/machines/diagram/dot.js';

test('draws a box for a state, a cluster for a state with states, and arrows to a cluster up to its border', () => {
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    states: { a: { on: { x: 'b' } }, b: { initial: 'c', states: { c: { on: { y: '#m.z' } } } }, z: { type: 'final' } },
  });
  expect(toDot(machine)).toBe(`digraph "m" {
  compound=true
  newrank=true
  node [shape=box, style=rounded, fontname="Helvetica"]
  edge [fontname="Helvetica", fontsize=10]
  subgraph "cluster_m" {
    label="m"
    style=rounded
    "start:m" [shape=point, label=""]
    "a" [label="a"]
    subgraph "cluster_b" {
      label="b"
      style=rounded
      "start:b" [shape=point, label=""]
      "b_c" [label="c"]
      "start:b" -> "b_c"
    }
    "z" [label="z", peripheries=2]
    "start:m" -> "a"
  }
  "a" -> "start:b" [label="x", lhead="cluster_b"]
  "b_c" -> "z" [label="y"]
}
`);
});

test('keeps quotes, backslashes, and ends of lines inside a label', () => {
  const machine = createMachine({ initial: 'a', states: { a: { entry: 'say "x"\\\n' } } });
  expect(toDot(machine)).toContain('label="a\\nentry / say \\"x\\"\\\\\\n"');
});
