import type { CloseReport } from '../../src/index.js';

/** A report of a connection that this side closed with 1000, except for the values that a test overrides. */
export function closeReport(differing: Partial<CloseReport> = {}): CloseReport {
  return {
    outcome: 'closed',
    code: 1000,
    reason: '',
    wasClean: true,
    startedBy: 'local',
    phase: 'open',
    trigger: 'close-called',
    unconfirmed: { frames: 0, bytes: 0 },
    localStallMs: 0,
    connectionId: 'c7',
    childId: 'feed',
    role: 'dialed',
    openedAt: 1_000,
    endedAt: 2_000,
    framesIn: 0,
    framesOut: 0,
    bytesIn: 0,
    bytesOut: 0,
    ...differing,
  };
}
