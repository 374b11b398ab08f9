import type { Transport } from '../../transport/transport.js';
import type { Dialer } from '../api/dialer.js';
import type { ConnectionRegistry } from '../connection/connection-registry.js';
import type { DialLimiter } from './dial-limiter.js';

/** What a dialer gets from its supervisor. */
export interface DialerParent {
  readonly registry: ConnectionRegistry;
  readonly transport: Transport;
  readonly dialLimiter: DialLimiter;
  /** The user has stopped the dialer for good. */
  stoppedByUser(child: Dialer): void;
}
