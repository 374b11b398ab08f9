import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';

/** A socket as Node's HTTP server leaves it to its upgrade listeners. */
type Offered = Duplex & {
  readonly bytesWritten?: number | undefined;
  /** The response that Node's HTTP server is writing to it. */
  readonly _httpMessage?: EventEmitter | null | undefined;
};

/** How a socket stood when its opening handshake came in. */
export interface SocketSnapshot {
  readonly written: number;
  readonly response: EventEmitter | undefined;
  /** Whether somebody has destroyed it since, in the same turn. */
  readonly isDropped?: boolean | undefined;
}

export function snapshotOf(socket: Duplex): SocketSnapshot {
  return { written: writtenTo(socket), response: responseOn(socket) };
}

/** The response that is being written to a socket: of an earlier request on it, or of somebody who answers this one. */
export function responseOn(socket: Offered): EventEmitter | undefined {
  return socket._httpMessage ?? undefined;
}

function writtenTo(socket: Offered): number {
  return socket.bytesWritten ?? socket.writableLength;
}

/**
 * Whether somebody else has taken a socket since: written to it, ended it, begun to read it, or to answer it as an HTTP
 * request. What took it without a trace so far, to answer later, cannot be seen.
 *
 * @returns what was done with it; `undefined` if nothing was.
 */
export function takenSince(socket: Duplex, { written, response, isDropped }: SocketSnapshot): string | undefined {
  if (isDropped === true) return 'it was destroyed';
  if (socket.writableEnded && !endsWithPeer(socket)) return 'it was ended';
  if (writtenTo(socket) !== written) return 'it was written to';
  if (socket.listenerCount('data') > 0 || socket.listenerCount('readable') > 0) return 'it is being read';
  const now = responseOn(socket);
  return now !== undefined && now !== response ? 'a response is being written to it' : undefined;
}

/** Whether the client has ended its side, and Node ours with it, as it does with TLS sockets: nobody has taken it. */
function endsWithPeer(socket: Duplex): boolean {
  return socket.readableEnded && !socket.allowHalfOpen;
}
