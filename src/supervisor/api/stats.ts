import type { CloseReport, EndedBy } from '../../transport/close-report.js';
import type { Fates } from './fates.js';
import type { Intensity } from './restart.js';
import type { SupervisorState } from './supervisor.js';

/** Counts over a supervisor's life, and its present state. */
export interface SupervisorStats {
  readonly state: SupervisorState;
  readonly connections: LiveConnections;
  /** The same, by the side that dialed. */
  readonly connectionsByRole: { readonly accepted: LiveConnections; readonly dialed: LiveConnections };
  /** Connections that have ended, by the trigger of their end. */
  readonly ended: Readonly<Partial<Record<CloseReport['trigger'], number>>>;
  /** Those among them whose closing handshake was cut short, by the cause. */
  readonly cutShort: Readonly<Partial<Record<EndedBy, number>>>;
  readonly endedTotal: number;
  /** Opening handshakes refused, by HTTP status. */
  readonly refused: Readonly<Record<number, number>>;
  /** The same, by the reason that `handshake.refused` names: `maxConnectionsPerAddress`, `origin`, and so on. */
  readonly refusedBy: Readonly<Record<string, number>>;
  /** How often nothing was read from a connection for the rest of a second, because its peer was too fast. */
  readonly throttled: number;
  /**
   * About how many bytes the connections hold together, as `limits.maxTotalBufferedBytes` bounds it: messages that
   * wait for a peer or a handler, and parts of messages.
   */
  readonly heldBytes: number;
  readonly handshakesInFlight: number;
  /** Dial attempts that are under way, and dialers that wait for the dial limit. */
  readonly dials: { readonly inFlight: number; readonly queued: number };
  /** Handlers that still run although their connection has ended. */
  readonly lingeringHandlers: number;
  /** How many restarts of children were begun. */
  readonly restarts: number;
  /** Drains that are under way, partial ones included, and how many connections they are still to end. */
  readonly drains: { readonly underWay: number; readonly connectionsLeft: number };
  readonly framesIn: number;
  readonly framesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** The fates of outgoing messages. */
  readonly fates: Fates;
  /**
   * Children by kind, running or not, without those of child supervisors. All other counts include child supervisors.
   */
  readonly children: {
    readonly listeners: number;
    readonly dialers: number;
    readonly supervisors: number;
    readonly workers: number;
  };
  /**
   * The restart intensity of this supervisor, with the restarts that it has made within the window. As OTP's, it is
   * about the supervisor's own children alone.
   */
  readonly intensity: Intensity & { readonly used: number };
  /** How long the event loop of this process has been stalled so far, in ms, as far as deadlines have shown it. */
  readonly localStallMs: number;
  /**
   * The load of this process, as `limits.maxLagMs` and `limits.maxMemoryShare` bound it: how late the event loop is, in
   * ms (0 while there are no connections), and the share of its memory that the process uses.
   */
  readonly load: { readonly lagMs: number; readonly memoryShare: number };
}

/** Connections that have not ended, by state. */
export interface LiveConnections {
  readonly connecting: number;
  readonly open: number;
  readonly closing: number;
}
