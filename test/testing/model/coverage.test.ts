import { expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { createCoverage, pairsBetween } from '../../../src/testing/model/coverage.js';
import { createModel } from '../../../src/testing/model/model.js';

const machine = createMachine({
  id: 'door',
  initial: 'shut',
  states: {
    shut: { on: { open: 'open' } },
    open: { on: { shut: 'shut', break: 'broken' } },
    broken: { type: 'final' },
  },
});
const model = createModel(machine, undefined);
const shut = model.start();
const open = model.take(shut.to, { type: 'open' });
const shutAgain = model.take(open.to, { type: 'shut' });

const PAIRS = ['shut: open > open: shut', 'shut: open > open: break', 'open: shut > shut: open'];

function walked() {
  const record = createCoverage(machine, () => PAIRS);
  record.note(shutAgain, record.note(open, record.note(shut, [])));
  return record.coverage;
}

test('counts the states, transitions, and pairs of the steps that were taken', () => {
  const coverage = walked();
  expect(coverage.states.missing).toEqual(['broken']);
  expect(coverage.transitions.covered).toEqual(['shut: open', 'open: shut']);
  expect(coverage.pairs.covered).toEqual(['shut: open > open: shut']);
  expect(coverage.pairs.all).toEqual(PAIRS);
});

test('says in a line how much that is, and what is missing', () => {
  expect(String(walked())).toBe(
    [
      '2 of 3 states (66 %), 2 of 3 transitions (66 %), 0 of 0 guards (100 %), 1 of 3 pairs (33 %)',
      'missing: broken',
      'missing: open: break',
    ].join('\n'),
  );
});

test('an event without effect does not come between a pair', () => {
  const record = createCoverage(machine, () => PAIRS);
  const nothing = model.take(open.to, { type: 'open' });
  record.note(shutAgain, record.note(nothing, record.note(open, [])));
  expect(record.coverage.pairs.covered).toEqual(['shut: open > open: shut']);
});

test('does not round up: one that is missing is no 100 %', () => {
  const states = Object.fromEntries(
    Array.from({ length: 300 }, (_, i) => [`s${i}`, { on: { next: `s${(i + 1) % 300}` } }]),
  );
  const ring = createMachine({ initial: 's0', states });
  const ringModel = createModel(ring, undefined);
  const record = createCoverage(ring, () => []);
  let advance = ringModel.start();
  record.note(advance, []);
  for (let i = 0; i < 299; i++) {
    advance = ringModel.take(advance.to, { type: 'next' });
    record.note(advance, []);
  }
  expect(String(record.coverage)).toContain('300 of 300 states (100 %), 299 of 300 transitions (99 %)');
});

test('asserts that nothing is missing but what is excepted', () => {
  expect(() => walked().assertFull()).toThrow(
    'door: the coverage is not full.\nmissing of the states: broken\nmissing of the transitions: open: break',
  );
  walked().assertFull({ except: ['broken', 'open: break'] });
  expect(() => walked().assertFull({ of: ['pairs'] })).toThrow('missing of the pairs: shut: open > open: break');
});

test('an exception that is covered after all, or does not exist, is a mistake', () => {
  const except = ['broken', 'open: break', 'shut: open', 'shut: lock'];
  expect(() => walked().assertFull({ except })).toThrow(
    'excepted, but covered: shut: open\nexcepted, but not there: shut: lock',
  );
});

test.each([
  [{ off: ['pairs'] }, 'assertFull: off is not an option; did you mean of?'],
  [{ of: 'pairs' }, 'assertFull: of is "pairs"; it must be a list of kinds of coverage.'],
  [{ of: ['pair'] }, 'assertFull: of[0] is "pair"; allowed are states, transitions, guards, and pairs.'],
  [{ except: 'broken' }, 'assertFull: except is "broken"; it must be a list of names.'],
])('%o is a mistake, and no weaker demand', (options, message) => {
  expect(() => walked().assertFull(options as never)).toThrow(message);
});

test('a model that is too large to be searched has a coverage all the same, without pairs', () => {
  const record = createCoverage(machine, () => {
    throw new Error('too many states');
  });
  expect(String(record.coverage)).toContain('pairs unknown');
  expect(() => record.coverage.pairs).toThrow('too many states');
});

test('draws the machine with what is covered', () => {
  const coverage = walked();
  expect(coverage.toMermaid()).toContain('open --> broken: #10007; break');
  expect(coverage.toMermaid()).toContain('class open mark_covered');
  expect(coverage.toDot()).toMatch(/✓[\s\S]*✗/);
  expect(coverage.marks.state?.('broken')).toBe('missed');
});

test('pairs are each with each', () => {
  expect(pairsBetween(['a', 'b'], ['c', 'd'])).toEqual(['a > c', 'a > d', 'b > c', 'b > d']);
});
