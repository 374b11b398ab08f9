import type { CloseReport } from '../transport/close-report.js';
import type { RetryPolicy, RetryVerdict } from './dialer.js';

interface Context {
  readonly refreshed: boolean;
}

/** A credential was not good (any more): one fresh one is worth an attempt. */
const UNAUTHORIZED = new Set([3000, 3003, 4401, 4403]);

/** A retry would meet with the same answer. */
const HOPELESS = new Set([1002, 1003, 1007, 1009, 1010]);

const RETRIED_STATUSES = new Set([404, 408, 425, 429]);

function verdictOnStatus(status: number, { refreshed }: Context): RetryVerdict {
  if (status === 401 || status === 403) return refreshed ? 'stop' : 'refresh';
  return status >= 500 || RETRIED_STATUSES.has(status) ? 'retry' : 'stop';
}

/** The close code a policy goes by: what the peer said, else what began the ending. */
function codeOf(report: CloseReport): number {
  return report.received?.code ?? report.code;
}

/**
 * Retries what may pass: network errors, 1006, 1008, 1011 to 1013, a server that goes away, HTTP 404, 408, 425, 429 and
 * 5xx, and private codes. Authentication failures (HTTP 401, 403; closes 3000, 3003, 4401, 4403) get one fresh
 * credential. Everything else stops: 400, 405, 410, 426, other statuses, 1002, 1003, 1007, 1009, 1010.
 */
export function defaultRetry(report: CloseReport, _attempt: number, context: Context = { refreshed: false }): RetryVerdict {
  if (report.httpStatus !== undefined) return verdictOnStatus(report.httpStatus, context);
  const code = codeOf(report);
  if (UNAUTHORIZED.has(code)) return context.refreshed ? 'stop' : 'refresh';
  return HOPELESS.has(code) ? 'stop' : 'retry';
}

/** Centrifugo's convention: 3500 to 3999 and 4500 to 4999 are terminal, the rest is tried again. */
export const centrifugoRetry: RetryPolicy = (report, attempt, context) => {
  const code = codeOf(report);
  if ((code >= 3500 && code <= 3999) || (code >= 4500 && code <= 4999)) return 'stop';
  if ((code >= 3000 && code <= 3499) || (code >= 4000 && code <= 4499)) return 'retry';
  return defaultRetry(report, attempt, context);
};

/** Codes by which the graphql-transport-ws protocol says that the client is at fault. */
const GRAPHQL_FATAL = new Set([4004, 4005, 4400, 4401, 4406, 4409, 4429, 4500]);

/** graphql-transport-ws's convention: its own codes are fatal. */
export const graphqlWsRetry: RetryPolicy = (report, attempt, context) =>
  GRAPHQL_FATAL.has(codeOf(report)) ? 'stop' : defaultRetry(report, attempt, context);
