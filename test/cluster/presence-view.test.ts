import { expect, test } from 'vitest';
import { PresenceView } from '../../src/cluster/presence-view.js';
import { createHeapClock } from '../../src/testing/heap-clock.js';

function aView(graceMs = 1_000) {
  const clock = createHeapClock();
  const changes: string[] = [];
  const view = new PresenceView(clock, graceMs, ({ joined, left }) =>
    changes.push([...joined.map(({ key }) => `+${key}`), ...left.map(({ key }) => `-${key}`)].join(' ')),
  );
  return { clock, changes, view };
}

const one = (id: string, key = id, presence: unknown = 1) => ({ id, key, presence });

test('a key is present from its first connection to its last, on whichever nodes', () => {
  const { changes, view } = aView();
  view.change('a', [one('1', 'ann')], [], false);
  view.change('b', [one('1', 'ann')], [], false);
  expect(view.members).toEqual([{ key: 'ann', presence: 1, connections: 2 }]);
  view.change('a', [], [one('1', 'ann')], false);
  view.change('a', [], [one('1', 'ann')], false);
  view.change('b', [], [one('1', 'ann')], false);
  expect(changes).toEqual(['+ann', '-ann']);
});

test('changes that come together are one emission, and what leaves and comes in one has not been away', () => {
  const { changes, view } = aView();
  view.change('a', [one('1', 'ann'), one('2', 'bob')], [], false);
  view.change('a', [one('3', 'ann')], [one('1', 'ann'), one('2', 'bob')], false);
  expect(changes).toEqual(['+ann +bob', '-bob']);
});

test('who moves is present until the grace is over, or is back', () => {
  const { changes, clock, view } = aView();
  view.change('a', [one('1', 'ann'), one('2', 'bob')], [], false);
  view.change('a', [], [one('1', 'ann'), one('2', 'bob')], true);
  clock.advance(999);
  view.change('b', [one('9', 'ann')], [], false);
  expect(view.members.map(({ key }) => key)).toEqual(['ann', 'bob']);
  clock.advance(1_000);
  expect(changes).toEqual(['+ann +bob', '-bob']);
  view.change('b', [], [one('9', 'ann')], true);
  view.close();
  clock.advance(5_000);
  expect([changes.length, clock.pending]).toEqual([2, 0]);
});

test('without a grace who moves has left', () => {
  const { changes, view } = aView(0);
  view.change('a', [one('1', 'ann')], [], false);
  view.change('a', [], [one('1', 'ann')], true);
  expect(changes).toEqual(['+ann', '-ann']);
});

test('another presence is a join, the same one is nothing new', () => {
  const { changes, view } = aView();
  view.change('a', [one('1', 'ann', { mood: 'well' })], [], false);
  view.change('a', [one('1', 'ann', { mood: 'well' })], [], false);
  view.change('a', [one('1', 'ann', { mood: 'better' })], [], false);
  expect(changes).toEqual(['+ann', '+ann']);
  expect(view.members[0]?.presence).toEqual({ mood: 'better' });
});
