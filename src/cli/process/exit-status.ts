import { type CloseReport, isCloseCode, type SupervisorReport } from '../../index.js';

/**
 * The exit status of a conversation: 0 when its last connection was open and ended with a whole closing handshake that
 * either side began with 1000 or 1001, or with the code that the user has asked for; else 1.
 */
export function statusOfConversation(report: CloseReport | undefined, ...asked: number[]): 0 | 1 {
  const isExpected =
    report?.openedAt !== undefined && report.outcome === 'closed' && isCloseCode(report, 1000, 1001, ...asked);
  return isExpected ? 0 : 1;
}

/** The exit status of a service: 0 when it was stopped, 1 when its supervisor failed. */
export function statusOfService({ outcome }: Pick<SupervisorReport, 'outcome'>): 0 | 1 {
  return outcome === 'stopped' ? 0 : 1;
}
