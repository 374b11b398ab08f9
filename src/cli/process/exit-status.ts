import { type CloseReport, isCloseCode, type SupervisorReport } from '../../index.js';

/**
 * Whether a conversation ended as expected: 0 when its last connection was open and ended by a whole closing handshake
 * that began with 1000 or 1001, from whichever side; else 1.
 */
export function statusOfConversation(report: CloseReport | undefined): 0 | 1 {
  const isExpected = report?.openedAt !== undefined && report.outcome === 'closed' && isCloseCode(report, 1000, 1001);
  return isExpected ? 0 : 1;
}

/** Whether a service ended because it was told to: 0; or its supervisor failed: 1. */
export function statusOfService({ outcome }: Pick<SupervisorReport, 'outcome'>): 0 | 1 {
  return outcome === 'stopped' ? 0 : 1;
}
