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
    id="state-"
    label="m"
    style=rounded
    "start:m" [id="start-", shape=point, label=""]
    "a" [id="state-a", label="a"]
    subgraph "cluster_b" {
      id="state-b"
      label="b"
      style=rounded
      "start:b" [id="start-b", shape=point, label=""]
      "b_c" [id="state-b.c", label="c"]
      "start:b" -> "b_c" [id="initial-b"]
    }
    "z" [id="state-z", label="z", peripheries=2]
    "start:m" -> "a" [id="initial-"]
  }
  "a" -> "start:b" [id="edge-a--x--b", label="x", lhead="cluster_b"]
  "b_c" -> "z" [id="edge-b.c--y--z", label="y"]
}
`);
});

test('keeps quotes, backslashes, and ends of lines inside a label', () => {
  const machine = createMachine({ initial: 'a', states: { a: { entry: 'say "x"\\\n' } } });
  expect(toDot(machine)).toContain('label="a\\nentry / say \\"x\\"\\\\\\n"');
});

test('a marked element has a class, the colours of its mark, and its sign', () => {
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    states: { a: { on: { x: 'b', y: { actions: 'light' } } }, b: { initial: 'c', states: { c: {} } } },
  });
  const text = toDot(machine, {
    marks: {
      state: (path) => (path === 'b' ? 'missed' : path === 'a' ? 'covered' : undefined),
      transition: ({ event }) => (event === 'x' ? 'hot' : 'missed'),
      styles: { hot: { color: 'red', fill: '#fff' } },
    },
  });
  const paint = (name: string, color: string, fill: string) =>
    [`class="mark_${name}"`, `color="${color}"`, `fillcolor="${fill}"`, 'fontcolor="black"'] as const;
  expect(text).toContain(
    `"a" [id="state-a", label="✓ a\\n✗ y / light", style="rounded,filled", ${paint('covered', '#1a7f37', '#dafbe1').join(', ')}]`,
  );
  expect(text).toContain(
    ['label="✗ b"', 'style="rounded,filled"', ...paint('missed', '#cf222e', '#ffebe9')].join('\n      '),
  );
  expect(text).toContain('label="x", lhead="cluster_b", class="mark_hot", color="red", fontcolor="red"]');
});
