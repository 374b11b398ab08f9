import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Server as NetServer } from 'node:net';
import { ListenError } from '../../index.js';
import { messageOf } from '../process/message-of.js';

/** Where a service listens. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** Where the service listens by default: on loopback, since it has no login. */
export const DEFAULT_PLACE: Place = { host: '127.0.0.1', port: 8080 };

/** Addresses that stand for every interface. They cannot be connected to. */
const EVERYWHERE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };

/** The authority of a URL that leads to a place from this machine. */
export function authorityOf({ host, port }: Place): string {
  return `${EVERYWHERE[host] ?? (host.includes(':') ? `[${host}]` : host)}:${port}`;
}

/** Why a server cannot listen, by the system's error code. */
const FAULTS: Readonly<Record<string, (place: Place) => string>> = {
  EADDRINUSE: ({ host, port }) => `port ${port} of ${host} is in use; choose another with --port`,
  EACCES: ({ host, port }) => `port ${port} of ${host} may not be used; choose one above 1023 with --port`,
  EADDRNOTAVAIL: ({ host }) => `host ${host} is no address of this machine; choose another with --host`,
  ENOTFOUND: ({ host }) => `host ${host} cannot be found; choose another with --host`,
};

/** As `listen` of the package has it. */
const BACKLOG = 4096;

/**
 * Starts a server.
 *
 * @param fd a socket that listens already; then `place` is for messages.
 * @returns the port; the system picks one for 0.
 * @throws {ListenError} one sentence that says what to do.
 */
export async function listenOn(server: NetServer, place: Place, fd?: number): Promise<number> {
  try {
    server.listen(fd === undefined ? { host: place.host, port: place.port, backlog: BACKLOG } : { fd });
    await once(server, 'listening');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const fault = FAULTS[code]?.(place) ?? `port ${place.port} of ${place.host} cannot be had: ${messageOf(cause)}`;
    throw new ListenError(`${fault}${code === '' ? '' : ` (${code})`}.`, { cause });
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : place.port;
}

/** Frees the port and ends plain HTTP connections. Upgraded sockets do not belong to the server any more. */
export async function stopListening(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
