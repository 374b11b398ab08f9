import type { CloseReport } from '../transport/close-report.js';
import type { RetryContext, RetryVerdict } from './dialer.js';

/** HTTP statuses of a refusal that say: this credential will not do. */
const UNAUTHORIZED_STATUSES: ReadonlySet<number> = new Set([401, 403]);

/** HTTP statuses below 500 that may be another the next time. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([404, 408, 425, 429]);

/** Close codes that say: this credential will not do. 3000 and 3003 are IANA's, 44xx a wide-spread custom after HTTP's. */
const UNAUTHORIZED_CODES: ReadonlySet<number> = new Set([3000, 3003, 4401, 4403]);

/** Close codes that tell of a fault which the next connection would have as well. */
const LASTING_CODES: ReadonlySet<number> = new Set([1002, 1003, 1007, 1009, 1010]);

/** Codes of the RFC after which graphql-ws dials again; others of them are fatal to it. */
const GRAPHQL_WS_PASSING_CODES: ReadonlySet<number> = new Set([1000, 1001, 1005, 1006, 1012, 1013, 1014]);

/** Codes of its own that are fatal to graphql-ws. */
const GRAPHQL_WS_LASTING_CODES: ReadonlySet<number> = new Set([4004, 4005, 4400, 4401, 4406, 4409, 4429, 4500]);

/** What these policies want to know beside the report. */
type Refreshed = Pick<RetryContext, 'refreshed'>;

/**
 * The code that tells why. That is the code of the Close that began the ending; or, when both sides began to close at
 * once, the peer's. A peer that answers our code by 1000 or nothing means nothing by it: many do so whatever they got.
 */
function codeOf({ code, startedBy, received }: CloseReport): number {
  const isMereAnswer = received === undefined || (startedBy === 'local' && (received.code === 1000 || received.code === 1005));
  return isMereAnswer ? code : received.code;
}

/** A fresh credential is worth one attempt. */
function refreshOnce({ refreshed }: Refreshed): RetryVerdict {
  return refreshed ? 'stop' : 'refresh';
}

/** The verdict on a refused opening handshake. */
function verdictOnStatus(status: number, context: Refreshed): RetryVerdict {
  if (UNAUTHORIZED_STATUSES.has(status)) return refreshOnce(context);
  return status >= 500 || PASSING_STATUSES.has(status) ? 'retry' : 'stop';
}

/** Whether a fresh credential was asked for is known from the attempt alone only as long as nothing else failed. */
function contextOf(attempt: number): Refreshed {
  return { refreshed: attempt > 1 };
}

/**
 * The retry policy of dialers that are given none.
 *
 * | ending | verdict |
 * | --- | --- |
 * | refused with 401 or 403; closed with 3000, 3003, 4401, 4403 | `refresh` once, then `stop` |
 * | refused with 404, 408, 425, 429, 5xx | `retry` |
 * | refused with any other status | `stop` |
 * | closed with 1002, 1003, 1007, 1009, 1010 | `stop` |
 * | closed with any other code, or lost (1006), or never connected | `retry` |
 *
 * It reads the code of the Close that began the ending, whichever side that was (so our own 1009 stops, too); when both
 * sides began at once, the peer's.
 *
 * @param context whether a fresh credential was asked for since the last stable connection. Default: whether `attempt`
 *   is above 1.
 */
export function defaultRetry(report: CloseReport, attempt: number, context: Refreshed = contextOf(attempt)): RetryVerdict {
  if (report.httpStatus !== undefined) return verdictOnStatus(report.httpStatus, context);
  const code = codeOf(report);
  if (UNAUTHORIZED_CODES.has(code)) return refreshOnce(context);
  return LASTING_CODES.has(code) ? 'stop' : 'retry';
}

/**
 * The conventions of Centrifugo's clients (https://centrifugal.dev/docs/server/codes): codes from 3500 to 3999 and from
 * 4500 to 4999 are terminal, as is 1009; after any other the client dials again. After 3005, connection expired, it does
 * so with a fresh credential. Refused handshakes are `defaultRetry`'s. Reads the same code as `defaultRetry`.
 */
export function centrifugoRetry(report: CloseReport, attempt: number, context: Refreshed = contextOf(attempt)): RetryVerdict {
  if (report.httpStatus !== undefined) return verdictOnStatus(report.httpStatus, context);
  const code = codeOf(report);
  if (code === 3005) return 'refresh';
  const isTerminal = code === 1009 || (code >= 3500 && code <= 3999) || (code >= 4500 && code <= 4999);
  return isTerminal ? 'stop' : 'retry';
}

/**
 * The conventions of graphql-ws's client (https://github.com/enisdenjo/graphql-ws, its `retryAttempts` option): 4004,
 * 4005, 4400, 4401, 4406, 4409, 4429, and 4500 are fatal, as are the RFC's codes except 1000, 1001, 1005, 1006, 1012,
 * 1013, and 1014; after any other the client dials again. After 4403, forbidden, it does so with a fresh credential,
 * as that client does always. Refused handshakes are `defaultRetry`'s. Reads the same code as `defaultRetry`.
 */
export function graphqlWsRetry(report: CloseReport, attempt: number, context: Refreshed = contextOf(attempt)): RetryVerdict {
  if (report.httpStatus !== undefined) return verdictOnStatus(report.httpStatus, context);
  const code = codeOf(report);
  if (code === 4403) return 'refresh';
  const isFatal = code < 2000 ? !GRAPHQL_WS_PASSING_CODES.has(code) : GRAPHQL_WS_LASTING_CODES.has(code);
  return isFatal ? 'stop' : 'retry';
}
