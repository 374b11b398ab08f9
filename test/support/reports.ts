import type { CloseReport } from '../../src/transport/close-report.js';

/** A report of a connection that was accepted, served, and closed by its peer; with what a test wants otherwise. */
export function aReport(overrides: Partial<CloseReport> = {}): CloseReport {
  return {
    outcome: 'closed',
    code: 1000,
    reason: '',
    sent: { code: 1000, reason: '' },
    received: { code: 1000, reason: '' },
    wasClean: true,
    startedBy: 'peer',
    phase: 'open',
    trigger: 'peer-closed',
    unconfirmed: { frames: 0, bytes: 0 },
    localStallMs: 0,
    connectionId: 'c1',
    childId: 'listener-1',
    role: 'accepted',
    remoteAddress: '192.0.2.1',
    openedAt: 1_000,
    endedAt: 5_000,
    framesIn: 3,
    framesOut: 2,
    bytesIn: 30,
    bytesOut: 20,
    ...overrides,
  };
}
