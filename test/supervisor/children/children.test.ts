import { expect, test } from 'vitest';
import { ChildSlot } from '../../../src/supervisor/children/child-slot.js';
import { Children } from '../../../src/supervisor/children/children.js';
import { TestChild } from '../../support/a-child.js';

function slot(id: string, state: ChildSlot['state'] = 'running'): ChildSlot {
  const made = new ChildSlot({ id, start: () => new TestChild(id).start(), restart: 'permanent', shutdown: undefined });
  made.state = state;
  return made;
}

function children(...slots: readonly ChildSlot[]): Children {
  const made = new Children();
  for (const one of slots) made.add(one);
  return made;
}

const ids = (slots: Iterable<ChildSlot>) => [...slots].map(({ id }) => id).join('');

test('are in start order, and are stopped in reverse', () => {
  const family = children(slot('a'), slot('b'), slot('c'));
  expect([ids(family), ids(family.reversed())]).toEqual(['abc', 'cba']);
});

test.each([
  // strategy       crashed  restarted
  ['one_for_one', 'b', 'b'],
  ['one_for_all', 'b', 'abcd'],
  ['rest_for_one', 'a', 'abcd'],
  ['rest_for_one', 'b', 'bcd'],
  ['rest_for_one', 'd', 'd'],
] as const)('%s, a crash of %s: %s', (strategy, crashed, expected) => {
  const family = children(slot('a'), slot('b'), slot('c', 'stopped'), slot('d'));
  const one = family.get(crashed);
  expect(one === undefined ? '' : ids(family.restartedWith(one, strategy))).toBe(expected);
});

test('a child that waits for its first start is not restarted with another', () => {
  const crashed = slot('a');
  expect(ids(children(crashed, slot('b', 'starting')).restartedWith(crashed, 'one_for_all'))).toBe('a');
});

test('removing a child leaves another child of the same id alone', () => {
  const [old, added] = [slot('a'), slot('a')];
  const family = children(added);
  family.remove(old);
  expect(family.get('a')).toBe(added);
});

// supervisor(3), count_children: "specs: the total count of child processes, dead or alive; active: the count of all
// actively running child processes; supervisors: the count of all child_type = supervisor, whether or not the child
// process is alive; workers: likewise".
test('counts are those of OTP', async () => {
  const down = slot('a', 'stopped');
  const up = new ChildSlot({
    id: 'b',
    start: () => new TestChild('b').start(),
    restart: 'permanent',
    shutdown: undefined,
  });
  await up.begin({} as never, () => false);
  expect(children(down, up).counts()).toEqual({ specs: 2, active: 1, supervisors: 0, workers: 2 });
});
