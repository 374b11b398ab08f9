import type { CloseReport } from '../../transport/close-report.js';
import type { RetryContext, RetryVerdict } from '../api/dialer.js';

/** HTTP statuses of a refusal that mean: the credential is not accepted. */
const UNAUTHORIZED_STATUSES: ReadonlySet<number> = new Set([401, 403]);

/** HTTP statuses below 500 after which the next attempt may succeed. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([404, 408, 425, 429]);

/**
 * Close codes that mean: the credential is not accepted. 3000 and 3003 are IANA's; 44xx is a common custom after
 * HTTP's.
 */
const UNAUTHORIZED_CODES: ReadonlySet<number> = new Set([3000, 3003, 4401, 4403]);

/** Close codes for faults that the next connection would have too. */
const LASTING_CODES: ReadonlySet<number> = new Set([1002, 1003, 1007, 1009, 1010]);

/** Codes of the RFC after which graphql-ws dials again. The others are fatal to it. */
const GRAPHQL_WS_PASSING_CODES: ReadonlySet<number> = new Set([1000, 1001, 1005, 1006, 1012, 1013, 1014]);

/** Codes defined by graphql-ws that are fatal to it. */
const GRAPHQL_WS_LASTING_CODES: ReadonlySet<number> = new Set([4004, 4005, 4400, 4401, 4406, 4409, 4429, 4500]);

/** HTTP statuses of a refusal for a fault of the request itself. */
const LASTING_STATUSES: ReadonlySet<number> = new Set([400, 405, 410, 426]);

/** What these policies need beside the report. Without the last three, they take it that the dialer was never up. */
type Known = Pick<RetryContext, 'refreshed'> & Partial<Pick<RetryContext, 'alike' | 'wasUp' | 'wasStable'>>;

/**
 * Returns the code that says why the connection ended: the code of the Close that began the ending or, when both sides
 * began to close at the same time, the peer's. An answer with 1000 or without a code says nothing: many peers send that
 * whatever they received.
 */
function codeOf({ code, startedBy, received }: CloseReport): number {
  const isMereAnswer =
    received === undefined || (startedBy === 'local' && (received.code === 1000 || received.code === 1005));
  return isMereAnswer ? code : received.code;
}

/** Names what went wrong, so that a repetition is noticed: the status of a refusal, or the code that says why. */
export function faultOf(report: CloseReport): string {
  if (report.httpStatus === undefined) return `close ${codeOf(report)}`;
  return `${report.trigger === 'proxy-refused' ? 'proxy ' : ''}HTTP ${report.httpStatus}`;
}

/**
 * Whether an attempt reached the peer: it opened, or was refused. A credential that did not reach the peer was not
 * refused.
 */
export function reachedPeer({ openedAt, trigger }: CloseReport): boolean {
  return openedAt !== undefined || trigger === 'refused';
}

/** Allows one attempt with a fresh credential. */
function refreshOnce({ refreshed }: Known): RetryVerdict {
  return refreshed ? 'stop' : 'refresh';
}

/**
 * A fault that seems to last ends the dialer when it comes again without a stable connection in between, or when the
 * dialer had not succeeded before.
 */
function unlessItLasts(wasWell: boolean | undefined, { alike = 1 }: Known): RetryVerdict {
  return wasWell === true && alike < 2 ? 'retry' : 'stop';
}

/** The verdict on a refused opening handshake. */
function verdictOnStatus(status: number, { retryAfterMs, trigger }: CloseReport, known: Known): RetryVerdict {
  const isPassing = retryAfterMs !== undefined || status >= 500 || PASSING_STATUSES.has(status);
  // The server has seen no credential, so a fresh one is of no use.
  if (trigger === 'proxy-refused') return isPassing ? 'retry' : unlessItLasts(known.wasUp, known);
  if (UNAUTHORIZED_STATUSES.has(status)) return isPassing && known.refreshed ? 'retry' : refreshOnce(known);
  if (isPassing) return 'retry';
  if (LASTING_STATUSES.has(status)) return unlessItLasts(known.wasUp, known);
  // If it was up before, this is not the answer of the same server: it may be a proxy, or a maintenance page.
  return known.wasUp === true ? 'retry' : 'stop';
}

/** Without a context: a fresh credential was tried if this is not the first attempt. */
function knownFrom(attempt: number): Known {
  return { refreshed: attempt > 1 };
}

/**
 * The default retry policy of dialers.
 *
 * | ending | verdict |
 * | --- | --- |
 * | refused with 401 or 403; closed with 3000, 3003, 4401, 4403 | `refresh` once, then `stop` |
 * | refused with `Retry-After`, or with 404, 408, 425, 429, 5xx | `retry` |
 * | refused with 400, 405, 410, 426 | `stop` if never up, or the second time in a row; else `retry` |
 * | refused with any other status | `stop` if never up, else `retry` |
 * | the proxy refused with 407, or with another status that is not above | `stop` as after a 400, else `retry` |
 * | closed with 1002, 1003, 1007, 1009, 1010 | `stop` if never stable, or the second time in a row; else `retry` |
 * | closed with any other code, or lost (1006), or never connected | `retry` |
 *
 * In a row means without a stable connection in between. The code is that of the Close that began the ending, whichever
 * side sent it, so our own 1009 counts too; when both sides began at once, the peer's. After a 401 or 403 with
 * `Retry-After` that a fresh credential did not prevent, the dialer tries again.
 *
 * @param context what has happened so far. Default: no connection was ever open, and a fresh credential was asked for
 * if `attempt` is above 1.
 */
export function defaultRetry(report: CloseReport, attempt: number, context: Known = knownFrom(attempt)): RetryVerdict {
  if (report.httpStatus !== undefined) return verdictOnStatus(report.httpStatus, report, context);
  const code = codeOf(report);
  if (UNAUTHORIZED_CODES.has(code)) return refreshOnce(context);
  return LASTING_CODES.has(code) ? unlessItLasts(context.wasStable, context) : 'retry';
}

/**
 * The conventions of Centrifugo's clients (https://centrifugal.dev/docs/server/codes): codes from 3500 to 3999 and from
 * 4500 to 4999 are terminal, as is 1009 where `defaultRetry` would stop; after any other the client dials again. After
 * 3005, connection expired, it does so with a fresh credential. Refused handshakes are `defaultRetry`'s. Reads the same
 * code as `defaultRetry`.
 */
export function centrifugoRetry(
  report: CloseReport,
  attempt: number,
  context: Known = knownFrom(attempt),
): RetryVerdict {
  if (report.httpStatus !== undefined) return verdictOnStatus(report.httpStatus, report, context);
  const code = codeOf(report);
  if (code === 3005) return 'refresh';
  if (code === 1009) return unlessItLasts(context.wasStable, context);
  const isTerminal = (code >= 3500 && code <= 3999) || (code >= 4500 && code <= 4999);
  return isTerminal ? 'stop' : 'retry';
}

/**
 * The conventions of graphql-ws's client (https://github.com/enisdenjo/graphql-ws, its `retryAttempts` option): 4004,
 * 4005, 4400, 4401, 4406, 4409, 4429, and 4500 are fatal, as are the RFC's codes except 1000, 1001, 1005, 1006, 1012,
 * 1013, and 1014, these when it never was stable, or the second time in a row; after any other the client dials again.
 * After 4403, forbidden, it does so with a fresh credential, as that client does always. Refused handshakes are
 * `defaultRetry`'s. Reads the same code as `defaultRetry`.
 */
export function graphqlWsRetry(
  report: CloseReport,
  attempt: number,
  context: Known = knownFrom(attempt),
): RetryVerdict {
  if (report.httpStatus !== undefined) return verdictOnStatus(report.httpStatus, report, context);
  const code = codeOf(report);
  if (code === 4403) return 'refresh';
  if (code < 2000) return GRAPHQL_WS_PASSING_CODES.has(code) ? 'retry' : unlessItLasts(context.wasStable, context);
  return GRAPHQL_WS_LASTING_CODES.has(code) ? 'stop' : 'retry';
}
