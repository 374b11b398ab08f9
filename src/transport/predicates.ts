import type { CloseReport } from './close-report.js';

/**
 * Whether the ending began with one of these codes: gorilla/websocket's `IsCloseError`. 1006 is an ending without a Close
 * frame, 1005 one whose Close had no code.
 */
export function isCloseCode(report: CloseReport, ...codes: readonly number[]): boolean {
  return codes.includes(report.code);
}

/**
 * Whether the ending began with a code that is none of these: gorilla/websocket's `IsUnexpectedCloseError`. A dial that
 * never opened is no close, so it is not an unexpected one either: look at `trigger` for that.
 */
export function isUnexpectedClose(report: CloseReport, ...expected: readonly number[]): boolean {
  return report.openedAt !== undefined && !expected.includes(report.code);
}
