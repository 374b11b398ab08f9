import { expect, test } from 'vitest';
import { checkDepth, isAbove, type Kin } from '../../src/supervisor/descent.js';
import { OptionError } from '../../src/transport/errors.js';

class TestKin implements Kin {
  readonly parent: TestKin | undefined;
  readonly supervisorsBelow: TestKin[] = [];

  constructor(parent?: TestKin) {
    this.parent = parent;
    parent?.supervisorsBelow.push(this);
  }
}

function line(length: number): TestKin {
  let last = new TestKin();
  for (let depth = 1; depth < length; depth += 1) last = new TestKin(last);
  return last;
}

test('a hundred supervisors may stand below one another, and no more', () => {
  checkDepth(line(99), 'supervise');
  expect(() => checkDepth(line(100), 'supervise')).toThrow(OptionError);
  expect(() => checkDepth(line(100), 'supervise')).toThrow(
    'supervise: it would be supervisor number 101 below one another; allowed are 100.',
  );
});

test('one is above itself, those below it, and those below supervisors that were given to it, and above no other', () => {
  const root = new TestKin();
  const [left, right] = [new TestKin(root), new TestKin(root)];
  const below = new TestKin(left);
  const adopted = new TestKin();
  below.supervisorsBelow.push(adopted);
  const above = (one: Kin) => [root, left, right, below, adopted].map((other) => isAbove(one, other));
  expect(above(root)).toEqual([true, true, true, true, true]);
  expect(above(left)).toEqual([false, true, false, true, true]);
  expect(above(right)).toEqual([false, false, true, false, false]);
  expect(above(adopted)).toEqual([false, false, false, false, true]);
});

test('one that is above another only by its parent, whose start is under way, is above it', () => {
  const root = new TestKin();
  const starting: Kin = { parent: root, supervisorsBelow: [] };
  expect([isAbove(root, starting), isAbove(starting, root)]).toEqual([true, false]);
});
