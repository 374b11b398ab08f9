import type { Server } from 'node:net';
import type { Duplex } from 'node:stream';

/** The sockets of a server under test, to both sides if it stands between two. */
export class KeptSockets {
  readonly #sockets = new Set<Duplex>();

  get size(): number {
    return this.#sockets.size;
  }

  add(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
  }

  /** Joins both sides, so that what is said or ends on one of them does so on the other. */
  join(near: Duplex, far: Duplex): void {
    near.pipe(far).pipe(near);
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
  }

  /** Closes the server, and drops all of them. */
  async close(server: Server): Promise<void> {
    const closed = new Promise<void>((resolve) => void server.once('close', resolve));
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
