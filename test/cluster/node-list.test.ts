import { expect, test } from 'vitest';
import type { ClusterEvent } from '../../src/cluster/api/cluster-event.js';
import { NodeList } from '../../src/cluster/node-list.js';
import { createHeapClock } from '../../src/testing/heap-clock.js';

function aList() {
  const clock = createHeapClock();
  const events: string[] = [];
  const list = new NodeList(clock, { heartbeatMs: 1_000, lostAfterMs: 5_000 }, (event: ClusterEvent) =>
    events.push(`${event.type} ${'node' in event ? event.node : ''}`),
  );
  /** Judges each second, and says which were lost. */
  const pass = (seconds: number) =>
    Array.from({ length: seconds }, () => {
      clock.advance(1_000);
      return list.judge();
    }).flat();
  return { clock, events, list, pass };
}

const beat = (node: string, isDraining = false, count = 1) => ({ node, count, isFirst: true, isDraining });

test('a node is new once, drains once, and can leave', () => {
  const { events, list } = aList();
  expect(
    [list.heard(beat('a')), list.heard(beat('a')), list.heard(beat('a', true)), list.heard(beat('a', true))].map(
      ({ isUnknown }) => isUnknown,
    ),
  ).toEqual([true, false, false, false]);
  expect([list.ids, list.isDraining('a'), list.isDraining('b')]).toEqual([['a'], true, false]);
  expect([list.left('a'), list.left('a')]).toEqual([true, false]);
  expect(events).toEqual(['node.joined a', 'node.draining a', 'node.left a']);
});

test('a node that is silent is reported once, and then lost; one that is heard is not', () => {
  const { events, list, pass } = aList();
  list.heard(beat('a'));
  list.heard(beat('b'));
  expect(pass(2)).toEqual([]);
  list.heard(beat('b'));
  expect(pass(3)).toEqual(['a']);
  expect(events.slice(2)).toEqual(['node.silent a', 'node.silent b', 'node.lost a']);
  expect(list.ids).toEqual(['b']);
});

test('a stall of its own is not the silence of others', () => {
  const { clock, list } = aList();
  list.heard(beat('a'));
  clock.advance(60_000);
  expect(list.judge()).toEqual([]);
  clock.advance(1_000);
  expect(list.judge()).toEqual([]);
  expect(list.ids).toEqual(['a']);
});

test('after a loss of the link all have time again', () => {
  const { list, pass } = aList();
  list.heard(beat('a'));
  pass(4);
  list.forgive(0);
  expect(pass(4)).toEqual([]);
  expect(pass(1)).toEqual(['a']);
});

test('and the time in which their own links come back', () => {
  const { list, pass } = aList();
  list.heard(beat('a'));
  list.forgive(2_000);
  expect(pass(6)).toEqual([]);
  expect(pass(1)).toEqual(['a']);
});

test('who has missed heartbeats of a node has missed what they said', () => {
  const { list, pass } = aList();
  const hears = (count: number, isFirst = false) =>
    list.heard({ node: 'a', count, isFirst, isDraining: false }).hasMissed;
  // The link of the first one is new. One that is heard later on was lost, or there without being heard.
  expect([hears(1, true), hears(2), hears(4), hears(5)]).toEqual([false, false, true, false]);
  expect(pass(5)).toEqual(['a']);
  expect([hears(10), hears(11)]).toEqual([true, false]);
  list.left('a');
  expect(hears(12, true)).toBe(false);
  // After a loss of the own link all is asked for anyway.
  list.forgive(0);
  expect([hears(20), hears(22)]).toEqual([false, true]);
});
