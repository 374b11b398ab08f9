import type { SentFields } from '../../transport/http-response.js';
import type { Upgrade, Wire, WireOptions } from '../../transport/transport.js';
import type { ConnectionActor } from '../connection/connection-actor.js';

/** Why a client was not let in, although its opening handshake was accepted. */
export interface NotOpened {
  readonly status: number;
  readonly why: string;
  /** As in `Fault`. */
  readonly waitedMs?: number | undefined;
  readonly failure: { readonly error?: unknown };
}

/** Answers 101; returns the open wire, or why there is none: the client has gone, or the transport has failed. */
export function openWire(
  upgrade: Upgrade,
  protocol: string | undefined,
  options: WireOptions,
  headers?: SentFields,
): Wire | NotOpened {
  try {
    return upgrade.accept(protocol, options, headers) ?? { status: 499, why: 'gone', failure: {} };
  } catch (error) {
    return { status: 503, why: 'transport', failure: { error } };
  }
}

/**
 * Starts an accepted connection. After the 101 nothing can refuse the client any more: if the connection cannot be
 * started, it ends as one whose handler threw.
 *
 * @param expiresAt when its credential ends, Unix ms; `undefined` for never.
 */
export function startAccepted(
  connection: Pick<ConnectionActor, 'renew' | 'start' | 'dispatch' | 'parent'>,
  upgrade: Upgrade,
  expiresAt: number | undefined,
): void {
  connection.parent.services.followers.hand(upgrade, connection);
  try {
    if (expiresAt !== undefined) connection.renew(expiresAt);
    connection.start();
  } catch (error) {
    connection.dispatch({ type: 'handler.threw', error });
  }
}
