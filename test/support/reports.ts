import type { CloseReport } from '../../src/transport/close-report.js';

/** How far the connection came, which decides whether its report has an opening and both Close frames. */
function extentOf({ phase, outcome, code = 1000, reason = '' }: Partial<CloseReport>) {
  if (phase === 'connecting') return { outcome: 'failed', code: 1006, wasClean: false, role: 'dialed' } as const;
  const opened = {
    role: 'accepted',
    childId: 'listener-1',
    remoteAddress: '192.0.2.1',
    openedAt: 1_000,
    framesIn: 3,
    framesOut: 2,
    bytesIn: 30,
    bytesOut: 20,
  } as const;
  if (outcome === 'failed') return { ...opened, outcome, code: 1006, wasClean: false } as const;
  return {
    ...opened,
    outcome: 'closed',
    code,
    wasClean: true,
    sent: { code, reason },
    received: { code, reason },
  } as const;
}

/**
 * A report of a connection that was accepted, served, and closed by its peer; with the values that a test overrides. It
 * hangs together: both Close frames have the `code` and `reason` asked for, `outcome: 'failed'` means that no Close
 * frame crossed (1006), and `phase: 'connecting'` that a dial never opened. Whatever is given stands as given.
 */
export function aReport(overrides: Partial<CloseReport> = {}): CloseReport {
  return {
    reason: '',
    startedBy: 'peer',
    phase: 'open',
    trigger: 'peer-closed',
    unconfirmed: { frames: 0, bytes: 0 },
    localStallMs: 0,
    connectionId: 'c1',
    endedAt: 5_000,
    framesIn: 0,
    framesOut: 0,
    bytesIn: 0,
    bytesOut: 0,
    ...extentOf(overrides),
    ...overrides,
  };
}
