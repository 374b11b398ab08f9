import { describe, expect, test } from 'vitest';
import { AttemptHistory } from '../../../src/supervisor/dialer/attempt-history.js';
import type { CloseReport } from '../../../src/transport/close-report.js';
import { aReport } from '../../support/reports.js';

const A = 'ws://a.example/';
const B = 'ws://b.example/';

/** The report of an attempt that never opened. */
const unopened = (epoch: number, trigger: CloseReport['trigger']): CloseReport =>
  aReport({ phase: 'connecting', trigger, epoch, role: 'dialed' });

const failed = (epoch: number) => unopened(epoch, 'dial-failed');
const refused = (epoch: number) => ({ ...unopened(epoch, 'refused'), httpStatus: 401 });

test('the first attempt has no earlier one', () => {
  expect(new AttemptHistory().begin(1)).toEqual({
    refresh: false,
    lastReport: undefined,
    previousUrl: undefined,
    previousReport: undefined,
  });
});

describe('a fresh credential', () => {
  test.each(['dial-failed', 'open-deadline', 'called-off'] as const)(
    'is still wanted after an attempt that came to nothing by %s',
    (trigger) => {
      const memory = new AttemptHistory();
      memory.wantRefresh();
      memory.begin(2);
      expect(memory.ended(unopened(2, trigger))).toBe(false);
      expect(memory.begin(3).refresh).toBe(true);
    },
  );

  test('is used up by an attempt that is refused, which is reported once', () => {
    const memory = new AttemptHistory();
    memory.wantRefresh();
    memory.begin(2);
    expect(memory.ended(refused(2))).toBe(true);
    expect([memory.reached(2), memory.begin(3).refresh]).toEqual([false, false]);
  });

  test('is used up by an attempt that opens, and wanted again when a report calls for one', () => {
    const memory = new AttemptHistory();
    memory.wantRefresh();
    memory.begin(2);
    expect(memory.reached(2)).toBe(true);
    expect(memory.ended(aReport({ epoch: 2 }))).toBe(false);
    memory.wantRefresh();
    expect(memory.begin(3).refresh).toBe(true);
  });

  test('is not used up by an attempt that did not ask for one, nor wanted in a new run', () => {
    const memory = new AttemptHistory();
    memory.begin(1);
    memory.wantRefresh();
    expect(memory.reached(1)).toBe(false);
    memory.restart();
    expect(memory.begin(2).refresh).toBe(false);
  });
});

test('the previous URL is that of the last attempt that was dialed, with its report', () => {
  const memory = new AttemptHistory();
  memory.begin(1);
  memory.dialed(A, 1);
  memory.ended(refused(1));
  memory.begin(2);
  memory.ended(failed(2));
  expect(memory.begin(3)).toMatchObject({
    previousUrl: A,
    previousReport: { trigger: 'refused' },
    lastReport: { trigger: 'dial-failed' },
  });
  memory.dialed(B, 3);
  memory.ended(failed(3));
  expect(memory.begin(4)).toMatchObject({ previousUrl: B, previousReport: { trigger: 'dial-failed' } });
});

test('the report of a connection that was replaced and ends late does not replace that of a newer one', () => {
  const memory = new AttemptHistory();
  memory.ended(failed(2));
  memory.ended(aReport({ epoch: 1 }));
  expect(memory.lastReport).toMatchObject({ epoch: 2 });
});
