import type { CloseReport } from './close-report.js';

/**
 * Whether a connection that was open ended with one of these codes: gorilla/websocket's `IsCloseError`, for reports.
 *
 * The code is that of the Close frame that *began* the ending, from either side; 1005 if that frame had no code, 1006
 * if there was no Close frame. A peer that answers 4001 with 1000 changes nothing, while gorilla reports what was
 * received:
 *
 * ```ts
 * connection.close(4001, 'token stale');       // and the peer answers with 1000
 * const report = await connection.closed;
 * isCloseCode(report, 4001);                   // true
 * isCloseCode(report, 1000);                   // false: that is report.received?.code
 * ```
 */
export function isCloseCode(report: CloseReport, ...codes: readonly number[]): boolean {
  return wasOpen(report) && codes.includes(report.code);
}

/**
 * Whether a connection that was open ended with a code that is none of these: gorilla/websocket's
 * `IsUnexpectedCloseError`, for reports. The code is the same as for `isCloseCode`. Without expected codes, every
 * ending of a connection that was open is unexpected.
 *
 * ```ts
 * if (isUnexpectedClose(report, 1000, 1001)) log.warn(explain(report)); // 1006 after a reset, 1011 of a crashed
 * handler
 * ```
 */
export function isUnexpectedClose(report: CloseReport, ...expected: readonly number[]): boolean {
  return wasOpen(report) && !expected.includes(report.code);
}

/**
 * A connection that never opened was not closed either: gorilla/websocket's `Dial` returns no `CloseError`. Look at
 * `trigger` and `httpStatus` for those.
 */
function wasOpen({ openedAt }: CloseReport): boolean {
  return openedAt !== undefined;
}
