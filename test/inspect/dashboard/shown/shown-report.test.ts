import { expect, test } from 'vitest';
import {
  endingDetail,
  endingRow,
  sentenceOf,
  shownReport,
} from '../../../../src/inspect/dashboard/shown/shown-report.js';
import { aReport } from '../../../support/reports.js';

const SECRET = 'hunter2';

/** A report with a secret wherever programs and peers can put one. */
function aTellingReport() {
  const cause = Object.assign(new Error(`read failed for ${SECRET}`, { cause: new Error(SECRET) }), {
    name: `Error${SECRET}`,
    code: 'ECONNRESET',
    errno: -104,
    syscall: 'read',
    password: SECRET,
  });
  const handlerError = Object.assign(new TypeError(SECRET), { code: SECRET });
  const frame = { code: 4001, reason: SECRET };
  return aReport({ ...frame, sent: frame, received: frame, cause, handlerError });
}

test('without reasons nothing that programs or peers have put in is shown, and what the system said is', () => {
  const report = aTellingReport();
  const shown = [shownReport(report, false), endingRow(report, false), endingDetail(report, false)];
  expect(JSON.stringify(shown)).not.toContain(SECRET);
  expect(sentenceOf(report, false)).toContain('ECONNRESET, read, errno -104');
  expect(endingDetail(report, false).errors).toEqual([
    { name: 'Error', code: 'ECONNRESET' },
    { name: 'Error' },
    { name: 'TypeError' },
  ]);
});

test('with reasons they are shown, except for what looks like a secret', () => {
  const report = aReport({ code: 4001, reason: 'token=abcdef', cause: new Error('no such room') });
  expect(sentenceOf(report, true)).toContain('no such room');
  expect(sentenceOf(report, true)).not.toContain('abcdef');
  expect(endingDetail(report, true).received).toEqual({ code: 4001, reason: 'token=***' });
});

test('characters that turn the direction of writing are shown as escapes', () => {
  const reason = 'a\u202eexe.gnp';
  const report = aReport({ sent: { code: 4001, reason }, cause: new Error(`b${reason}`) });
  const { sent, errors, text } = endingDetail(report, true);
  expect(sent?.reason).toBe(String.raw`a\u202eexe.gnp`);
  expect(errors[0]?.message).toBe(String.raw`ba\u202eexe.gnp`);
  expect(text).not.toContain('\u202e');
});

test('names the sections of RFC 6455 that the sentence names', () => {
  expect(endingDetail(aReport(), false).sections).toEqual(['5.5.1']);
});

test('a row says how long the connection was open, if it was', () => {
  expect(endingRow(aReport({ openedAt: 1_000, endedAt: 1_500 }), false).openMs).toBe(500);
  expect('openMs' in endingRow(aReport({ phase: 'connecting' }), false)).toBe(false);
});

test('an error that the handler threw is one error, also where it is the cause', () => {
  const cause = new RangeError(SECRET);
  const report = aReport({ trigger: 'handler-threw', code: 1011, cause, handlerError: cause });
  expect(endingDetail(report, false).errors).toEqual([{ name: 'RangeError' }]);
  expect('handlerError' in shownReport(report, false)).toBe(false);
});
