import { expect, test } from 'vitest';
import { Tally } from '../../../src/supervisor/listener/tally.js';

test('counts by name, and keeps no name of which there is none', () => {
  const tally = new Tally();
  tally.add('a');
  tally.add('a');
  tally.add('b');
  expect([tally.of('a'), tally.of('b'), tally.of('c'), tally.size]).toEqual([2, 1, 0, 2]);
  tally.remove('a');
  tally.remove('b');
  expect([tally.of('a'), tally.of('b'), tally.size]).toEqual([1, 0, 1]);
  tally.remove('a');
  tally.remove('c');
  expect(tally.size).toBe(0);
});
