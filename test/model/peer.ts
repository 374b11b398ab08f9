import type { Clock } from '../../src/supervisor/api/clock.js';
import type { Handler } from '../../src/supervisor/api/handler.js';
import type { Supervisor } from '../../src/supervisor/api/supervisor.js';
import type { CloseFrame } from '../../src/transport/close-report.js';
import type { Transport } from '../../src/transport/transport.js';
import type { WireEndKind, WireFault } from '../../src/transport/wire-fact.js';

export type Role = 'accepted' | 'dialed';

/** The text that a peer sends right before its Close, to show when that has been read. */
export const LAST_WORD = 'my last word';

/** Bounds that a peer can break with little. */
export const PEER_LIMITS = { maxPayloadBytes: 1000, maxFragments: 4 } as const;

/** The other end, which follows a walk and does nothing by itself: it answers no Ping, no Close, and no FIN. */
export interface Peer extends AsyncDisposable {
  /** Completes the opening handshake. */
  open(): Promise<void>;
  /** Sends `LAST_WORD`, then a Close, in one segment. */
  close(frame: CloseFrame): void;
  /** Commits a fault. From now on it ends its side of TCP when the system does. */
  fail(fault: WireFault): void;
  /** Makes the wire end in this way. */
  end(kind: WireEndKind): void;
}

/** Where one connection and its peer meet. */
export interface Scene {
  /** A transport for the supervisor; the ws transport unless given. */
  readonly transport?: Transport;
  /** Brings about one connection of a supervisor, as far as `connecting`. */
  begin(supervisor: Supervisor, role: Role, handler: Handler): Promise<Peer>;
}

/** Makes a scene in which it is the time of this clock. */
export type Stage = (clock: Clock) => Scene;
