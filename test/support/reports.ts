import type { CloseReport } from '../../src/transport/close-report.js';

/** When the connections of these reports opened and ended, Unix ms: one minute apart. */
const OPENED_AT = Date.UTC(2026, 0, 1);
const ENDED_AT = OPENED_AT + 60_000;

/** Both Close frames, as a peer sends them that echoes what it was sent. */
function handshakeOf({ code = 1000, reason = '' }: Partial<CloseReport>): Partial<CloseReport> {
  const close = { code, reason };
  return { sent: close, received: close, wasClean: true };
}

/** The half of a report that hangs on how far the connection came. */
function fateOf(overrides: Partial<CloseReport>): Pick<CloseReport, 'outcome' | 'code' | 'role'> & Partial<CloseReport> {
  if (overrides.phase === 'connecting') return { outcome: 'failed', code: 1006, role: 'dialed' };
  if (overrides.outcome === 'failed') return { outcome: 'failed', code: 1006, role: 'accepted', openedAt: OPENED_AT };
  return { outcome: 'closed', code: 1000, role: 'accepted', openedAt: OPENED_AT, ...handshakeOf(overrides) };
}

/**
 * Makes a close report that hangs together. Without overrides: an accepted connection that this side closed with 1000 and
 * whose peer echoed that. `outcome: 'failed'` leaves the closing handshake out (1006), `phase: 'connecting'` the opening
 * as well, and makes it a dialed one; whatever is given stands as given.
 */
export function aReport(overrides: Partial<CloseReport> = {}): CloseReport {
  return {
    reason: '',
    wasClean: false,
    startedBy: 'local',
    phase: 'open',
    trigger: 'close-called',
    unconfirmed: { frames: 0, bytes: 0 },
    localStallMs: 0,
    connectionId: 'connection-1',
    endedAt: ENDED_AT,
    framesIn: 0,
    framesOut: 0,
    bytesIn: 0,
    bytesOut: 0,
    ...fateOf(overrides),
    ...overrides,
  };
}
