import { expect, test } from 'vitest';
import { DrainAccount, type DrainFate, fateOf } from '../../../src/supervisor/drain/drain-account.js';
import type { CloseReport, CloseTrigger, EndedBy } from '../../../src/transport/close-report.js';

test.each<[trigger: CloseTrigger, outcome: CloseReport['outcome'], endedBy: EndedBy | undefined, fate: DrainFate]>([
  ['drained', 'closed', undefined, 'clean'],
  ['supervisor-stopped', 'closed', undefined, 'clean'],
  ['drained', 'failed', 'close-deadline', 'forced'], // it never answered our Close
  ['drained', 'failed', 'drained', 'forced'], // terminated at the end of the drain
  ['drained', 'failed', 'socket-ended', 'forced'], // lost while it was being closed
  ['drained', 'failed', 'terminated', 'forced'],
  ['supervisor-stopped', 'failed', 'close-deadline', 'forced'],
  ['drained', 'failed', undefined, 'forced'], // terminated before it was closed
  ['handler-returned', 'closed', undefined, 'finishedByThemselves'],
  ['peer-closed', 'closed', undefined, 'finishedByThemselves'],
  ['socket-error', 'failed', undefined, 'finishedByThemselves'],
  ['handler-returned', 'failed', 'close-deadline', 'finishedByThemselves'],
  ['handler-returned', 'failed', 'drained', 'forced'], // about to finish, and terminated all the same
  ['close-called', 'failed', 'supervisor-stopped', 'forced'],
])('begun by %s, %s, cut short by %s: %s', (trigger, outcome, endedBy, fate) => {
  expect(fateOf({ outcome, trigger, ...(endedBy === undefined ? {} : { endedBy }) })).toBe(fate);
});

const NOTHING_LEFT = { outcome: 'drained', left: 0, lingering: [], durationMs: 7 } as const;

test('the numbers of the report add up', () => {
  const account = new DrainAccount();
  for (const fate of ['clean', 'clean', 'clean', 'forced', 'forced', 'finishedByThemselves'] as const)
    account.ended('c', fate, undefined);
  account.refused();
  expect(account.report({ outcome: 'called-off', left: 4, lingering: ['c9'], durationMs: 7 })).toEqual({
    outcome: 'called-off',
    total: 10,
    finishedByThemselves: 1,
    clean: 3,
    forced: 2,
    left: 4,
    refused: 1,
    lingering: ['c9'],
    durationMs: 7,
    slowest: [],
  });
});

test('the slowest five are named, the slowest first; those that were not closed are not among them', () => {
  const account = new DrainAccount();
  for (const ms of [30, 10, 70, 20, 60, 40, 50]) account.ended(`c${ms}`, 'clean', ms);
  account.ended('by-itself', 'finishedByThemselves', undefined);
  expect(account.report(NOTHING_LEFT).slowest).toEqual([70, 60, 50, 40, 30].map((ms) => ({ id: `c${ms}`, ms })));
});
