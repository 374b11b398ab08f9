import type { CloseFrame, CloseReport } from '../../../transport/close-report.js';
import { explain } from '../../../transport/explain.js';
import { chainOf, isError, readOf, textOf } from '../../../transport/thrown.js';
import { maskedText } from '../../redaction/masked.js';
import { visible } from '../../redaction/visible.js';
import { withoutTimeline } from '../../redaction/without-timeline.js';
import type { EndingDetail } from '../protocol/detail.js';
import type { EndingRow } from '../protocol/tables.js';

/** What is kept of an error that is not shown: names and codes of the usual kind, which nobody put a secret into. */
const NAME = /^[A-Za-z]{1,40}$/;
const CODE = /^[A-Z][A-Z0-9_]{1,40}$/;
const SYSCALL = /^[a-z_]{1,20}$/;

/**
 * A report as it may be shown: without reasons and messages of errors, unless these are to be shown. Then its sentence
 * hides what looks like a secret.
 */
export function shownReport(report: CloseReport, showsReasons: boolean): CloseReport {
  if (showsReasons) return withoutTimeline(report);
  // A timeline is made when it is read, and would be made for each row.
  const { cause, handlerError, sent, received, ...rest } = withoutTimeline(report);
  return {
    ...rest,
    reason: '',
    ...(sent === undefined ? {} : { sent: { code: sent.code, reason: '' } }),
    ...(received === undefined ? {} : { received: { code: received.code, reason: '' } }),
    ...(cause === undefined ? {} : { cause: bare(cause) }),
    // One error in both places stays one.
    ...(handlerError === undefined || handlerError === cause || !isError(handlerError)
      ? {}
      : { handlerError: bare(handlerError) }),
  };
}

/** A row of the table of endings. */
export function endingRow(report: CloseReport, showsReasons: boolean): EndingRow {
  const { connectionId, childId, role, outcome, trigger, endedBy, code, wasClean, remoteAddress } = report;
  const { openedAt, endedAt, framesIn, framesOut, bytesIn, bytesOut } = report;
  return {
    id: connectionId,
    ...(childId === undefined ? {} : { childId }),
    role,
    outcome,
    trigger,
    ...(endedBy === undefined ? {} : { endedBy }),
    code,
    wasClean,
    ...(remoteAddress === undefined ? {} : { remoteAddress }),
    endedAt,
    ...(openedAt === undefined ? {} : { openMs: Math.max(0, endedAt - openedAt) }),
    framesIn,
    framesOut,
    bytesIn,
    bytesOut,
    text: sentenceOf(report, showsReasons),
  };
}

/** `explain`'s sentence, as it may be shown. */
export function sentenceOf(report: CloseReport, showsReasons: boolean): string {
  const sentence = explain(shownReport(report, showsReasons));
  return showsReasons ? maskedText(sentence) : sentence;
}

/** All that a page shows about one ending. */
export function endingDetail(report: CloseReport, showsReasons: boolean): EndingDetail {
  const { startedBy, phase, sent, received, httpStatus, retryAfterMs, unconfirmed, localStallMs, lastHeardAt } = report;
  const { openedAt, cause, handlerError } = report;
  const row = endingRow(report, showsReasons);
  const thrown = handlerError === undefined || handlerError === cause ? [] : chainOf(handlerError);
  return {
    ...row,
    startedBy,
    phase,
    ...(sent === undefined ? {} : { sent: shownFrame(sent, showsReasons) }),
    ...(received === undefined ? {} : { received: shownFrame(received, showsReasons) }),
    sections: [...row.text.matchAll(/section (\d+(?:\.\d+)*)/g)].map(([, section = '']) => section),
    ...(httpStatus === undefined ? {} : { httpStatus }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    unconfirmedFrames: unconfirmed.frames,
    unconfirmedBytes: unconfirmed.bytes,
    localStallMs,
    ...(lastHeardAt === undefined ? {} : { lastHeardAt }),
    ...(openedAt === undefined ? {} : { openedAt }),
    errors: [...chainOf(cause), ...thrown].map((error) => shownError(error, showsReasons)),
  };
}

function shownFrame({ code, reason }: CloseFrame, showsReasons: boolean) {
  return showsReasons && reason !== '' ? { code, reason: shownText(reason) } : { code };
}

/** Foreign text on one line: characters that turn the direction of writing would turn what a page shows beside it. */
const shownText = (text: string): string => visible(maskedText(text));

function shownError(error: Error, showsReasons: boolean): EndingDetail['errors'][number] {
  const code = readOf(error, 'code');
  return {
    name: matching(readOf(error, 'name'), NAME) ?? 'Error',
    ...(typeof code === 'string' && CODE.test(code) ? { code } : {}),
    ...(showsReasons ? { message: shownText(textOf(error, 'message')) } : {}),
  };
}

/** An error with what the system said of it, and without a message. */
function bare(error: Error): Error {
  const facts = [...chainOf(error)].map((one) => ({
    code: matching(readOf(one, 'code'), CODE),
    syscall: matching(readOf(one, 'syscall'), SYSCALL),
    errno: readOf(one, 'errno'),
  }));
  const code = facts.find((fact) => fact.code !== undefined)?.code;
  const syscall = facts.find((fact) => fact.syscall !== undefined)?.syscall;
  const errno = facts.map((fact) => fact.errno).find((found) => typeof found === 'number');
  const copy = new Error('');
  copy.name = matching(readOf(error, 'name'), NAME) ?? 'Error';
  delete copy.stack;
  return Object.assign(
    copy,
    code === undefined ? {} : { code },
    syscall === undefined ? {} : { syscall },
    errno === undefined ? {} : { errno },
  );
}

const matching = (value: unknown, pattern: RegExp): string | undefined =>
  typeof value === 'string' && pattern.test(value) ? value : undefined;
