import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HandshakeRequest, UpgradeServer } from '../transport.js';
import { SharedServer } from './shared-server.js';
import { takenSince } from './socket-snapshot.js';

/** What is done with the upgrades of a server: see `takeUpgrades`. */
export interface UpgradeTaker {
  /** Whether a request for a WebSocket is to be taken. Those that nobody takes are answered with 404. */
  wants(request: HandshakeRequest): boolean;
  /**
   * Takes one, for example by `handleUpgrade` of a listener. The socket has no `error` listener then. It is called in
   * the turn after the event `upgrade`, unless another upgrade listener has taken the socket by then.
   */
  take(message: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/**
 * Takes the WebSocket upgrades of an existing server as a listener with `server` does, beside other upgrade listeners:
 * for frameworks that route upgrades themselves. Requests that offer other protocols (`Upgrade: h2c`) go to the
 * `request` listeners of the server, as they do without any upgrade listener.
 *
 * @returns a function that leaves the server.
 */
export function takeUpgrades(server: UpgradeServer, { wants, take }: UpgradeTaker): () => void {
  const shared = new SharedServer(server, wants, (_request, message, socket, head, snapshot) => {
    if (takenSince(socket, snapshot) === undefined) take(message, socket, head);
  });
  shared.open();
  return () => shared.close();
}
