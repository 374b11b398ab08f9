/**
 * Each limit is given where it is honoured. Only compiled: against the source, and against the packed package.
 */
import type { DialerLimits, DialOptions, Limits, ListenerLimits, ListenOptions, SupervisorOptions } from 'wirekeeper';

const ofConnections = {
  maxPayloadBytes: 1,
  closeWithinMs: 1,
  slowPeer: 'drop-newest',
  frameWithinMs: 1,
  maxMessagesPerSecond: 1,
  maxBytesPerSecond: 1,
  throttledWithinMs: 1,
} as const;
const all: Partial<Limits> = {
  ...ofConnections,
  maxConnections: 1,
  maxHandshakes: 1,
  openWithinMs: 1,
  maxTotalBufferedBytes: 1,
};

export const supervisor: SupervisorOptions['limits'] = all;
export const listener: Partial<ListenerLimits> & ListenOptions['limits'] = {
  ...ofConnections,
  maxConnections: 1,
  authenticateWithinMs: 1,
  maxConnectionsPerAddress: 1,
  maxConnectionsPerIdentity: 1,
  maxLagMs: 1,
  maxMemoryShare: 1,
};
export const dialer: Partial<DialerLimits> & DialOptions['limits'] = { ...ofConnections, openWithinMs: 1 };

// @ts-expect-error a listener does not dial
export const listenerThatDials: ListenOptions['limits'] = { openWithinMs: 1 };
// @ts-expect-error nor has it a handler that logs in
export const listenerThatLogsIn: ListenOptions['limits'] = { readyWithinMs: 1 };
// @ts-expect-error a dialer has one connection
export const dialerOfMany: DialOptions['limits'] = { maxConnections: 1 };
// @ts-expect-error a dialer admits nobody
export const dialerThatAdmits: DialOptions['limits'] = { maxHandshakes: 1 };
// @ts-expect-error nor does it authenticate
export const dialerThatAuthenticates: DialOptions['limits'] = { authenticateWithinMs: 1 };
// @ts-expect-error what all connections hold is counted by their supervisor
export const listenerThatCountsAll: ListenOptions['limits'] = { maxTotalBufferedBytes: 1 };
// @ts-expect-error a dialer has no clients
export const dialerWithClients: DialOptions['limits'] = { maxConnectionsPerAddress: 1 };
