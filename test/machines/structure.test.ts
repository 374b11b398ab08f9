import { describe, expect, test } from 'vitest';
import type { AnyStateNode } from 'xstate';
import { connectionMachine, dialerMachine, supervisorMachine } from '../../src/machines/index.js';

const inside = (node: AnyStateNode): AnyStateNode[] =>
  Object.values(node.states).flatMap((child) => [child, ...inside(child)]);

const transitionsOf = (node: AnyStateNode) => [...node.transitions.values()].flat();

/** Where an arrow really leads: the target, then its initial children. */
const arrivals = (node: AnyStateNode): AnyStateNode[] => [
  node,
  ...(node.type === 'compound' ? node.initial.target.flatMap(arrivals) : []),
];

/** What is entered when a state is reached: it and the states around it. */
const entered = (node: AnyStateNode): AnyStateNode[] => [
  node,
  ...(node.parent === undefined ? [] : entered(node.parent)),
];

describe.each([connectionMachine, dialerMachine, supervisorMachine])('the $id machine', (machine) => {
  const root: AnyStateNode = machine.root;
  const nodes = inside(root);

  test('has no context', () => {
    expect(machine.config.context).toBeUndefined();
  });

  test('has no transition at its root, which would lead out of final states', () => {
    expect(transitionsOf(root)).toEqual([]);
    expect(root.always ?? []).toEqual([]);
  });

  test.each(nodes.map((node) => [node.path.join('.'), node] as const))(
    '%s waits for events only: no invoke, no after, no always',
    (_path, node) => {
      expect(node.invoke).toEqual([]);
      expect(node.after).toEqual([]);
      expect(node.always ?? []).toEqual([]);
    },
  );

  test('has no guards: a step is a function of state and event type', () => {
    expect(Object.keys(machine.implementations.guards)).toEqual([]);
    expect(nodes.flatMap(transitionsOf).filter(({ guard }) => guard !== undefined)).toEqual([]);
    for (const node of nodes)
      for (const [event, candidates] of node.transitions) expect(candidates, `${node.id}: ${event}`).toHaveLength(1);
  });

  test('ends in final states that lead nowhere', () => {
    const finals = nodes.filter(({ type }) => type === 'final');
    expect(finals.length).toBeGreaterThan(0);
    expect(finals.flatMap(transitionsOf)).toEqual([]);
    expect(finals.every(({ parent }) => parent === root)).toBe(true);
  });

  test('reaches every state', () => {
    const reached = new Set<AnyStateNode>(arrivals(root));
    for (const node of reached) {
      for (const { target } of transitionsOf(node))
        for (const next of target ?? []) for (const arrival of arrivals(next).flatMap(entered)) reached.add(arrival);
    }
    expect(nodes.filter((node) => !reached.has(node)).map(({ id }) => id)).toEqual([]);
  });

  test('names every effect, and uses each that it names', () => {
    const used = nodes.flatMap((node) => [
      ...node.entry,
      ...node.exit,
      ...transitionsOf(node).flatMap(({ actions }) => actions),
    ]);
    expect(used.filter((action) => typeof action !== 'string')).toEqual([]);
    expect(new Set(used)).toEqual(new Set(Object.keys(machine.implementations.actions)));
  });
});
