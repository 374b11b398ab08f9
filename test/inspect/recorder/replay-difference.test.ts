import { expect, test } from 'vitest';
import { differenceOf, differenceOfReports } from '../../../src/inspect/recorder/replay-difference.js';
import { aReport } from '../../support/reports.js';

test('the order of members makes no difference', () => {
  expect(differenceOf(0, 0, 'to', { a: 1, b: { c: 2, d: [3] } }, { b: { d: [3], c: 2 }, a: 1 })).toBeUndefined();
});

test('says where, what the timeline says, and what the machine does', () => {
  expect(differenceOf(3, 12.5, 'to', 'open', 'failed')).toEqual({
    entry: 3,
    at: 12.5,
    field: 'to',
    recorded: 'open',
    replayed: 'failed',
    text: 'entry 3, at 12.5 ms: the timeline says to "open"; the machine says "failed".',
  });
});

test('cuts what is long in the sentence, and not elsewhere', () => {
  const long = 'x'.repeat(100_000);
  const difference = differenceOf(0, 0, 'effects', [long], []);
  expect(difference?.text.length).toBeLessThan(1_200);
  expect(difference?.recorded).toEqual([long]);
});

test('compares reports field by field', () => {
  const report = aReport({ cause: new Error('one') });
  expect(differenceOfReports(5, report, aReport({ cause: new Error('one') }))).toBeUndefined();
  expect(differenceOfReports(5, report, aReport({}))).toMatchObject({ field: 'report.cause', replayed: undefined });
  expect(differenceOfReports(5, aReport({ code: 1000 }), aReport({ code: 1001 }))).toMatchObject({
    field: 'report.code',
    recorded: 1000,
    replayed: 1001,
  });
  expect(differenceOfReports(5, report, undefined)?.text).toContain('the machine says there is none');
});
