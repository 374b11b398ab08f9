import type { CloseReport } from '../../transport/close-report.js';
import type { HttpAnswer, Transport } from '../../transport/transport.js';
import type { Listener } from '../api/listener.js';
import type { ConnectionActor } from '../connection/connection-actor.js';
import type { ConnectionParent, Services } from '../connection/connection-parent.js';

/** What a listener asks of the drains of its supervisor and of those above. */
export interface AcceptingPause {
  /** Whether a drain has suspended listeners. */
  readonly isSuspending: boolean;
  /** The answer to an opening handshake meanwhile, which is counted; `undefined` while there is no such drain. */
  refuse(): HttpAnswer | undefined;
}

/** What a listener needs of its supervisor. */
export interface ListenerParent {
  readonly services: Services;
  readonly transport: Transport;
  /** Whether there is room for one more connection. */
  hasRoom(): boolean;
  /** An id for a connection. */
  nextId(): string;
  register(connection: ConnectionActor): void;
  unregister(connection: ConnectionActor, report: CloseReport): void;
  refused(status: number): void;
  handshakes(by: 1 | -1): void;
  readonly draining: AcceptingPause;
  connectionsOf(parent: ConnectionParent): Iterable<ConnectionActor>;
  /** The user has stopped a child for good. */
  forget(child: Listener): void;
}
