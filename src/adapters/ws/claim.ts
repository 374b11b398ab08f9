import type { Duplex } from 'node:stream';

/** The sockets that servers of this entry have let in. */
const claimed = new WeakSet<Duplex>();

/** A server lets this socket in. */
export function claim(socket: Duplex): void {
  claimed.add(socket);
}

/** Whether a server has let this socket in, and it has not ended. */
export function isClaimed(socket: Duplex): boolean {
  return claimed.has(socket) && socket.readable && socket.writable;
}

/** @throws {Error} with the text of ws, if a server has let this socket in. */
export function checkUnclaimed(socket: Duplex): void {
  if (isClaimed(socket))
    throw new Error(
      'server.handleUpgrade() was called more than once with the same socket, possibly due to a misconfiguration',
    );
}
