import { expect, test } from 'vitest';
import { checkDepth, isAncestorOrSelf, type TreeNode } from '../../src/supervisor/supervisor-tree.js';
import { OptionError } from '../../src/transport/errors.js';

class TestNode implements TreeNode {
  readonly parent: TestNode | undefined;
  readonly childSupervisors: TestNode[] = [];

  constructor(parent?: TestNode) {
    this.parent = parent;
    parent?.childSupervisors.push(this);
  }
}

function line(length: number): TestNode {
  let last = new TestNode();
  for (let depth = 1; depth < length; depth += 1) last = new TestNode(last);
  return last;
}

test('a supervision tree may be a hundred supervisors deep, and no more', () => {
  checkDepth(line(99), 'supervise');
  expect(() => checkDepth(line(100), 'supervise')).toThrow(OptionError);
  expect(() => checkDepth(line(100), 'supervise')).toThrow(
    'supervise: the supervisor would be at depth 101; allowed are depths up to 100.',
  );
});

test('a supervisor is an ancestor of its descendants, also of supervisors that were given to it, and of no other', () => {
  const root = new TestNode();
  const [left, right] = [new TestNode(root), new TestNode(root)];
  const childSupervisor = new TestNode(left);
  const adopted = new TestNode();
  childSupervisor.childSupervisors.push(adopted);
  const descendants = (one: TreeNode) =>
    [root, left, right, childSupervisor, adopted].map((other) => isAncestorOrSelf(one, other));
  expect(descendants(root)).toEqual([true, true, true, true, true]);
  expect(descendants(left)).toEqual([false, true, false, true, true]);
  expect(descendants(right)).toEqual([false, false, true, false, false]);
  expect(descendants(adopted)).toEqual([false, false, false, false, true]);
});

test('a parent is an ancestor of a child supervisor whose start is under way', () => {
  const root = new TestNode();
  const starting: TreeNode = { parent: root, childSupervisors: [] };
  expect([isAncestorOrSelf(root, starting), isAncestorOrSelf(starting, root)]).toEqual([true, false]);
});
