import { expect, test } from 'vitest';
import { EventRecorder } from '../../../src/inspect/recorder/recorded-event.js';
import {
  begunOf,
  factsOf,
  readReport,
  readThrown,
  recordExit,
  recordReport,
  recordSupervisorReport,
} from '../../../src/inspect/recorder/recorded-report.js';
import { aReport } from '../../support/reports.js';

const hiding = new EventRecorder(new Set());
const showing = new EventRecorder(new Set(['reasons', 'messages']));
const boom = new TypeError('sk', { cause: 'sk' });

test('a report that is shown reads back as it was', () => {
  const report = aReport({ reason: 'sk', cause: boom, handlerError: boom });
  expect(JSON.stringify(readReport(recordReport(report, showing)))).toBe(
    JSON.stringify(readReport(recordReport(readReport(recordReport(report, showing)), showing))),
  );
  const { cause, handlerError, ...rest } = readReport(recordReport(report, showing));
  expect({ ...report, ...rest, cause: boom, handlerError: boom }).toEqual(report);
  expect(cause).toMatchObject({ name: 'TypeError', message: 'sk', cause: 'sk' });
  expect(handlerError).toMatchObject({ name: 'TypeError', message: 'sk', cause: 'sk' });
});

test('a redacted report has no reason, no message, and no thrown value', () => {
  const report = aReport({ reason: 'sk', cause: boom, handlerError: 'sk' });
  expect(JSON.stringify(readReport(recordReport(report, hiding)))).not.toContain('sk');
});

test('a handler may throw undefined', () => {
  const report = readReport(recordReport(aReport({ handlerError: undefined }), showing));
  expect(report.handlerError).toBe('undefined');
  expect(readThrown({ thrown: 7 })).toBe(7);
});

test('facts are what no step decides; the beginning of an ending is what a step has decided', () => {
  const recorded = recordReport(aReport({ endedBy: 'close-deadline', cause: boom, handlerError: 7 }), hiding);
  const { endedAt, openedAt, localStallMs, framesIn, framesOut, bytesIn, bytesOut } = recorded;
  expect(factsOf(recorded)).toEqual({ endedAt, openedAt, localStallMs, framesIn, framesOut, bytesIn, bytesOut });
  const { trigger, startedBy, phase, code, reason, cause } = recorded;
  const handlerError = { thrown: '***' };
  const begun = { trigger, startedBy, phase, code, reason, endedBy: 'close-deadline', cause, handlerError };
  expect(begunOf(recorded)).toEqual(begun);
});

test('an exit names the connection that decided it', () => {
  const exit = { id: 'feed', reason: 'abnormal', report: aReport({ connectionId: 'c7' }), error: boom } as const;
  expect(recordExit(exit, hiding)).toEqual({
    id: 'feed',
    reason: 'abnormal',
    connectionId: 'c7',
    error: { name: 'TypeError', message: '***', cause: '***' },
  });
  const report = { name: 'service', outcome: 'failed', reason: 'shutdown', connections: 7, cause: exit } as const;
  expect(recordSupervisorReport(report, hiding)).toEqual({ ...report, cause: recordExit(exit, hiding) });
});
