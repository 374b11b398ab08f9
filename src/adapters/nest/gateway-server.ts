import { type BroadcastResult, broadcast, Group, type Listener } from '../../index.js';
import type { ConnectionRequest } from '../../supervisor/api/connection-request.js';
import type { GatewayConnection } from './gateway-client.js';

/** What Nest does with a client that has connected. */
export type OnConnection = (connection: GatewayConnection, request: ConnectionRequest) => void;

/** What `@WebSocketServer` gives: the clients of the gateways that share a port and a path. */
export class GatewayServer {
  /** The listener, a child of the adapter's supervisor. */
  readonly listener: Listener;
  /** The open connections. */
  readonly clients = new Group<GatewayConnection>();
  readonly #onConnection: OnConnection[] = [];

  constructor(listener: Listener) {
    this.listener = listener;
  }

  /** Sends `{ event, data }` as JSON to all clients; it is framed once. */
  emit(event: string, data?: unknown): BroadcastResult {
    return broadcast(this.clients, JSON.stringify({ event, data }));
  }

  /** @internal */
  subscribe(callback: OnConnection): void {
    this.#onConnection.push(callback);
  }

  /** @internal */
  connected(connection: GatewayConnection): void {
    this.clients.add(connection);
    for (const callback of this.#onConnection) callback(connection, connection.request);
  }
}
