import type { HttpAnswer, Transport } from '../../transport/transport.js';
import type { Listener } from '../api/listener.js';
import type { ConnectionRegistry } from '../connection/connection-registry.js';

/** What a listener gets from its supervisor. */
export interface ListenerParent {
  readonly registry: ConnectionRegistry;
  readonly transport: Transport;
  readonly draining: AcceptingPause;
  /** The user has stopped the listener for good. */
  stoppedByUser(child: Listener): void;
}

/** What a listener asks of the drains of its supervisor and of the supervisor's ancestors. */
export interface AcceptingPause {
  /** Whether a drain has suspended listeners. */
  readonly isSuspending: boolean;
  /**
   * Returns the answer to an opening handshake while listeners are suspended, and counts the refusal; else `undefined`.
   */
  refuse(): HttpAnswer | undefined;
}
