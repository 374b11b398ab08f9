import type { Limits } from '../api/limits.js';

/** The levels that take limits. A readying dialer is one with `ready: 'handler'`. */
export type LimitLevel = 'supervisor' | 'listener' | 'dialer' | 'readying dialer';

const OF_ACCEPTING = 'listen or createSupervisor';
const OF_SUPERVISORS = 'createSupervisor or supervise';
const OF_LISTENERS = {
  maxConnections: OF_ACCEPTING,
  maxTotalBufferedBytes: OF_SUPERVISORS,
  maxConnectionsPerAddress: OF_ACCEPTING,
  maxConnectionsPerIdentity: OF_ACCEPTING,
  maxLagMs: OF_ACCEPTING,
  maxMemoryShare: OF_ACCEPTING,
  maxHandshakes: OF_ACCEPTING,
  maxHandshakesPerAddress: OF_ACCEPTING,
  authenticateWithinMs: OF_ACCEPTING,
};

/** Limits that one level does not take, each with the calls that take it. */
export const LIMITS_ELSEWHERE: Readonly<Record<LimitLevel, Partial<Record<keyof Limits, string>>>> = {
  supervisor: {},
  listener: {
    openWithinMs: 'dial or createSupervisor',
    readyWithinMs: 'dial or createSupervisor',
    maxTotalBufferedBytes: OF_SUPERVISORS,
  },
  dialer: { ...OF_LISTENERS, readyWithinMs: 'dial with ready: "handler", or createSupervisor,' },
  'readying dialer': OF_LISTENERS,
};
